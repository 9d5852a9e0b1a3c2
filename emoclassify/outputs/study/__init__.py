"""Files of a study: tables, and panel.json and study.json."""
