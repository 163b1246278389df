-- The tables and macros every published build has, written out a second time on purpose: the dashboards' tests then
-- fail when the marts drift from what the dashboards were promised.
CREATE SCHEMA marts;
CREATE SCHEMA meta;
CREATE TABLE marts.dim_conflict(conflict_id VARCHAR, name VARCHAR, description VARCHAR, starts_on DATE, ends_on DATE, time_zone VARCHAR);
CREATE TABLE marts.dim_party(party_key VARCHAR, conflict_id VARCHAR, party_id VARCHAR, name VARCHAR, kind VARCHAR, country_iso2 VARCHAR, sort_order INTEGER, color VARCHAR);
CREATE TABLE marts.dim_place(place_key VARCHAR, conflict_id VARCHAR, place_id VARCHAR, name VARCHAR, names MAP(VARCHAR, VARCHAR), kind VARCHAR, country_iso2 VARCHAR, lat DOUBLE, lon DOUBLE, geonameid BIGINT, aliases VARCHAR[]);
CREATE TABLE marts.dim_event(event_id VARCHAR, conflict_id VARCHAR, name VARCHAR, aka VARCHAR[], start_date DATE, end_date DATE, date_precision INTEGER, event_type VARCHAR, sub_event_type VARCHAR, plover_type VARCHAR, place VARCHAR, place_key VARCHAR, country_iso2 VARCHAR, lat DOUBLE, lon DOUBLE, geo_precision INTEGER, geonameid BIGINT, actor_initiator VARCHAR, actor_target VARCHAR, attribution_status VARCHAR, fatalities_low INTEGER, fatalities_high INTEGER, injured VARCHAR, toll_source VARCHAR, toll_as_of DATE, parent_event_id VARCHAR, root_event_id VARCHAR, depth INTEGER, ucdp_conflict_id INTEGER, ucdp_ged_ids VARCHAR[], source_refs VARCHAR[], note VARCHAR, source VARCHAR, valid_from TIMESTAMPTZ, as_of DATE, licence VARCHAR);
CREATE TABLE marts.event_toll(event_toll_id VARCHAR, event_id VARCHAR, source VARCHAR, external_id VARCHAR, fatalities_low INTEGER, fatalities_best INTEGER, fatalities_high INTEGER, injured VARCHAR, toll_source VARCHAR, toll_as_of DATE, valid_from TIMESTAMPTZ, valid_to TIMESTAMPTZ, is_current BOOLEAN, licence VARCHAR);
CREATE TABLE marts.event_xref(event_xref_id VARCHAR, event_id VARCHAR, conflict_id VARCHAR, source VARCHAR, external_id VARCHAR, confidence DOUBLE, method VARCHAR, licence VARCHAR, is_withdrawn BOOLEAN);
CREATE TABLE marts.event_tree(event_tree_id VARCHAR, event_id VARCHAR, ancestor_event_id VARCHAR, conflict_id VARCHAR, steps INTEGER);
CREATE TABLE marts.dim_outlet(outlet_id VARCHAR, name VARCHAR, host VARCHAR, is_demo BOOLEAN, articles BIGINT, first_fetched_at TIMESTAMPTZ, last_fetched_at TIMESTAMPTZ);
CREATE TABLE marts.dim_article(article_id VARCHAR, outlet_id VARCHAR, url VARCHAR, title VARCHAR, text VARCHAR, published_at TIMESTAMPTZ, published_basis VARCHAR, published_on DATE, language VARCHAR, section VARCHAR, tags VARCHAR[], declared_comment_count INTEGER, comment_count INTEGER, pingback_count INTEGER, comment_coverage DOUBLE, status VARCHAR, revision INTEGER, first_seen_at TIMESTAMPTZ, last_seen_at TIMESTAMPTZ, is_demo BOOLEAN);
CREATE TABLE marts.dim_commenter(commenter_id VARCHAR, outlet_id VARCHAR, comments BIGINT, first_posted_at TIMESTAMPTZ, last_posted_at TIMESTAMPTZ, is_demo BOOLEAN);
CREATE TABLE marts.fct_comment(comment_id VARCHAR, article_id VARCHAR, outlet_id VARCHAR, parent_comment_id VARCHAR, thread_root_id VARCHAR, depth INTEGER, ordinal INTEGER, commenter_id VARCHAR, posted_at TIMESTAMPTZ, posted_at_basis VARCHAR, text VARCHAR, language VARCHAR, is_empty BOOLEAN, first_seen_at TIMESTAMPTZ, last_seen_at TIMESTAMPTZ, is_vanished BOOLEAN, revision INTEGER, duplicate_cluster_id VARCHAR, duplicate_count INTEGER, parser VARCHAR, parser_version VARCHAR, is_demo BOOLEAN);
CREATE TABLE marts.fct_comment_revision(comment_revision_id VARCHAR, comment_id VARCHAR, revision INTEGER, text VARCHAR, first_seen_at TIMESTAMPTZ, last_seen_at TIMESTAMPTZ);
CREATE TABLE marts.fct_article_conflict(article_conflict_id VARCHAR, article_id VARCHAR, conflict_id VARCHAR, relevance DOUBLE, method_version VARCHAR);
CREATE TABLE marts.fct_comment_stance(comment_stance_id VARCHAR, comment_id VARCHAR, conflict_id VARCHAR, party_key VARCHAR, party_id VARCHAR, stance VARCHAR, p_favor DOUBLE, p_against DOUBLE, p_none DOUBLE, confidence DOUBLE, abstained BOOLEAN, evidence STRUCT("start" INTEGER, "end" INTEGER)[], model_version VARCHAR);
CREATE TABLE marts.fct_comment_side(comment_side_id VARCHAR, comment_id VARCHAR, conflict_id VARCHAR, side VARCHAR, confidence DOUBLE, abstained BOOLEAN, abstain_reason VARCHAR, evidence STRUCT("start" INTEGER, "end" INTEGER)[], model_version VARCHAR);
CREATE TABLE marts.fct_article_event(article_event_id VARCHAR, article_id VARCHAR, event_id VARCHAR, conflict_id VARCHAR, role VARCHAR, basis VARCHAR, confidence DOUBLE, needs_review BOOLEAN, evidence STRUCT("start" INTEGER, "end" INTEGER)[], method_version VARCHAR);
CREATE TABLE marts.fct_article_candidate(article_candidate_id VARCHAR, article_id VARCHAR, event_id VARCHAR, conflict_id VARCHAR, "rank" INTEGER, confidence DOUBLE, is_linked BOOLEAN, why_not VARCHAR, evidence STRUCT("start" INTEGER, "end" INTEGER)[], method_version VARCHAR);
CREATE TABLE marts.fct_comment_event(comment_event_id VARCHAR, comment_id VARCHAR, event_id VARCHAR, conflict_id VARCHAR, role VARCHAR, basis VARCHAR, weight DOUBLE, confidence DOUBLE, evidence STRUCT("start" INTEGER, "end" INTEGER)[], method_version VARCHAR);
CREATE TABLE marts.fct_event_stance_daily(event_stance_daily_id VARCHAR, event_id VARCHAR, conflict_id VARCHAR, day DATE, side VARCHAR, language VARCHAR, outlet_id VARCHAR, basis VARCHAR, comments BIGINT, commenters BIGINT, threads BIGINT, comments_total BIGINT, sum_thread_squares BIGINT);
CREATE TABLE marts.fct_side_daily(side_daily_id VARCHAR, conflict_id VARCHAR, day DATE, side VARCHAR, language VARCHAR, outlet_id VARCHAR, comments BIGINT, commenters BIGINT, threads BIGINT, comments_total BIGINT);
CREATE TABLE marts.fct_event(event_id VARCHAR, conflict_id VARCHAR, articles BIGINT, comments BIGINT, commenters BIGINT, threads BIGINT, partisan_comments BIGINT, first_comment_at TIMESTAMPTZ, last_comment_at TIMESTAMPTZ, prior_comments BIGINT, is_small BOOLEAN);
CREATE TABLE marts.fct_event_side(event_side_id VARCHAR, event_id VARCHAR, conflict_id VARCHAR, side VARCHAR, comments BIGINT, share DOUBLE, share_low DOUBLE, share_high DOUBLE, prior_comments BIGINT, prior_share DOUBLE, shift DOUBLE, shift_low DOUBLE, shift_high DOUBLE);
CREATE TABLE marts.fct_side_corrected(side_corrected_id VARCHAR, conflict_id VARCHAR, scope VARCHAR, scope_id VARCHAR, side_class VARCHAR, model_version VARCHAR, status VARCHAR, answers BIGINT, answers_needed BIGINT, comments BIGINT, n BIGINT, share DOUBLE, corrected_share DOUBLE, corrected_low DOUBLE, corrected_high DOUBLE);
CREATE TABLE marts.fct_page_status(read_id VARCHAR, page_url VARCHAR, article_id VARCHAR, outlet_id VARCHAR, source VARCHAR, crawl_id VARCHAR, fetched_at TIMESTAMPTZ, http_status INTEGER, status VARCHAR, status_detail VARCHAR, parser VARCHAR, parser_version VARCHAR, declared_comment_count INTEGER, extracted_comments INTEGER, pingbacks INTEGER, is_latest BOOLEAN, is_demo BOOLEAN);
CREATE TABLE meta.build(build_id VARCHAR, built_at TIMESTAMPTZ, data_as_of TIMESTAMPTZ, schema_version INTEGER, code_version VARCHAR, is_demo BOOLEAN);
CREATE TABLE meta.row_count(table_name VARCHAR, row_count BIGINT);
CREATE TABLE meta.document(name VARCHAR, body VARCHAR);
CREATE TABLE meta.metric(name VARCHAR, label VARCHAR, formula VARCHAR, grain VARCHAR, denominator VARCHAR, caveat VARCHAR, basis VARCHAR);
CREATE MACRO marts.design_effect(successes, n, sum_yy, sum_yn, sum_nn, clusters) AS
    CASE WHEN clusters < 2 OR successes <= 0 OR successes >= n THEN 1.0
    ELSE greatest(1.0, clusters / (clusters - 1.0)
        * (sum_yy - 2.0 * (successes / n) * sum_yn + (successes / n) * (successes / n) * sum_nn)
        / (n * (successes / n) * (1.0 - successes / n))) END;
CREATE MACRO marts.wilson_low(successes, n, deff) AS
    CASE WHEN n > 0 THEN greatest(0.0, (successes / n + 1.92072941 / (n / deff) - 1.959963985 * sqrt(
        (successes / n) * (1 - successes / n) / (n / deff) + 0.960364705 / (n / deff) / (n / deff))) / (1 + 3.84145882 / (n / deff))) END;
CREATE MACRO marts.wilson_high(successes, n, deff) AS
    CASE WHEN n > 0 THEN least(1.0, (successes / n + 1.92072941 / (n / deff) + 1.959963985 * sqrt(
        (successes / n) * (1 - successes / n) / (n / deff) + 0.960364705 / (n / deff) / (n / deff))) / (1 + 3.84145882 / (n / deff))) END;
CREATE MACRO marts.few_clusters_effect(successes, n, sum_yy, sum_yn, sum_nn, clusters) AS
    CASE WHEN n > 0 THEN greatest(1.0, least(sum_nn / n, 3 * marts.design_effect(successes, n, sum_yy, sum_yn, sum_nn, clusters))) END;
