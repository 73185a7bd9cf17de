"""`python -m pipeline`."""

# A reading process imports this module anew and needs no command line.
if __name__ == "__main__":
    from pipeline.cli.app import main

    main()
