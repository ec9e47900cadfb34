\echo Use "CREATE EXTENSION tally" to load this file. \quit

-- A policy is a name: the file NAME.so in the directory of the setting tally.policies.

-- All decisions of a request, as `tally decide` prints them. A request at fault has {"error": ...}.
CREATE FUNCTION tally_decide(policy text, request text) RETURNS json
  AS 'MODULE_PATHNAME', 'tally_decide' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000;
CREATE FUNCTION tally_decide(policy text, request json) RETURNS json
  AS 'MODULE_PATHNAME', 'tally_decide' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000;

-- One decision: its value, the number of its rule, and its reason; or the fault of the request.
CREATE FUNCTION tally_decision(policy text, decision text, request text,
                               OUT value text, OUT rule integer, OUT because text, OUT fault text)
  AS 'MODULE_PATHNAME', 'tally_decision_row' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000;
CREATE FUNCTION tally_decision(policy text, decision text, request json,
                               OUT value text, OUT rule integer, OUT because text, OUT fault text)
  AS 'MODULE_PATHNAME', 'tally_decision_row' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000;

-- The policies of the directory: what each is, or why it cannot be used.
CREATE FUNCTION tally_policies(OUT policy text, OUT fault text, OUT description json) RETURNS SETOF record
  AS 'MODULE_PATHNAME', 'tally_policies' LANGUAGE C VOLATILE STRICT PARALLEL SAFE COST 100000 ROWS 10;
