"""Room 6's readers' side: Streamlit pages over the published builds, and nothing but the published builds."""
