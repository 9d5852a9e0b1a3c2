"""The page's server: what stands between the browser, Streamlit and the API."""
