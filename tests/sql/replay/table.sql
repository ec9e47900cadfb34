CREATE TABLE calls AS
WITH s(src) AS (VALUES ('onnet'), ('offnet')), c(called) AS (VALUES ('+4930'), ('+4315'), ('+4317'), ('+1'), ('5')),
  b(v) AS (VALUES (NULL), (TRUE), (FALSE)), n(v) AS (VALUES (NULL), (5), (60), (90), (91)), u(v) AS (VALUES (NULL), ('a'), ('b'))
SELECT src, called, ub.v AS u_on, ul.v AS u_limit, uu.v AS u_url, db.v AS d_on, dl.v AS d_limit, du.v AS d_url
FROM s, c, b AS ub, n AS ul, u AS uu, b AS db, n AS dl, u AS du;
