"""The command ``cleaner`` as the file that spark-submit asks for, with its arguments."""

from cleaner.cli import main

main()
