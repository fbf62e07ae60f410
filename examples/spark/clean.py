"""The command ``cleaner`` as the file that spark-submit asks for; arguments are those of the command."""

from cleaner.cli import main

main()
