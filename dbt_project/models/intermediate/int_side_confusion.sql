{{ config(tags=['serve']) }}

select *
from {{ ref('stg_side_confusion') }}
