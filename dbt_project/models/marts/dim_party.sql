select party_key, conflict_id, party_id, name, kind, country_iso2, sort_order, color
from {{ ref('int_party') }}
