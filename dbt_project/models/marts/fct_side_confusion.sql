select
    {{ surrogate_key(['conflict_id', 'model_version', 'called', 'taken']) }} as side_confusion_id,
    conflict_id,
    model_version,
    called,
    taken,
    answers,
    calls
from {{ ref('int_side_confusion') }}
