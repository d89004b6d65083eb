"""The instructions of a part, generated from the treatment: sentences, tables, a worked example and its figures."""
