"""Analysis to files: tables and charts. No module here runs or imports a model."""
