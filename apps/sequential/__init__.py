"""Reports one after another, in public: who reports sees what has been reported before in the own group."""
