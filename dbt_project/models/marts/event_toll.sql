select
    event_toll_id,
    event_id,
    source,
    external_id,
    fatalities_low,
    fatalities_best,
    fatalities_high,
    injured,
    toll_source,
    toll_as_of,
    valid_from,
    valid_to,
    valid_to is null as is_current,
    licence
from {{ ref('int_event_toll') }}
