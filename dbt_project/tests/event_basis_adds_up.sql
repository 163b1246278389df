{{ config(meta={'dagster': {'ref': {'name': 'fct_event'}}}) }}

select event.event_id
from {{ ref('fct_event') }} as event
left join (
    select event_id, sum(explicit_comments) as explicit_comments, sum(inherited_comments) as inherited_comments
    from {{ ref('fct_event_side') }}
    group by event_id
) as sides on event.event_id = sides.event_id
where
    event.comments <> event.explicit_comments + event.inherited_comments
    or event.explicit_comments <> sides.explicit_comments
    or event.inherited_comments <> sides.inherited_comments
    or event.comments_with_sub_events < event.comments
    or event.articles_with_sub_events < event.articles
