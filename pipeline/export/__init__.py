"""Files made from the marts and the declarations: Parquet, workbooks, templates, dictionary."""
