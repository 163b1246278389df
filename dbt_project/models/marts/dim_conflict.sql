select conflict_id, name, description, starts_on, ends_on, time_zone
from {{ ref('int_conflict') }}
