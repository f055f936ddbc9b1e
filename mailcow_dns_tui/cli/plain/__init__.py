"""Questions and answers line by line: for a terminal without a cursor, a pipe, a screen reader."""
