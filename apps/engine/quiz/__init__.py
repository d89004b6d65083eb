"""The comprehension quiz: questions and right answers from the treatment, its pages, and its export."""
