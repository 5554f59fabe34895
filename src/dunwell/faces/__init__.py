"""Web, portal, API, command line, worker: translate, read the clock, choose the language."""
