"""Event files brought in: from disk, from the inbox, and from the services of UCDP, ACLED and GDELT."""
