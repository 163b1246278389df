"""The pages; each is a script that streamlit_app.py runs."""
