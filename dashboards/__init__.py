"""The Streamlit app: reads the published build and nothing else."""
