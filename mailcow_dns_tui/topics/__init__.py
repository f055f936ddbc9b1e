"""What mail needs of DNS: one file per subject, each planning and judging its own records."""
