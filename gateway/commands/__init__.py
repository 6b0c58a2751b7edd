"""The command line, one file a subject. Sentences go to stderr in both languages, data to stdout; every command takes
--data and works while the gateway runs, which sees what was done within a second."""
