"""The server against oTree's own: people who all play at once over HTTP, in an app with one field, in oTree's sample of
a public good, and in ours. What is compared is measured in one run, and the processor time of the server is what can be
compared on a machine that does other things, too."""
