"""An independent second opinion on every mart: pandas on what the files say, nothing of the pipeline."""
