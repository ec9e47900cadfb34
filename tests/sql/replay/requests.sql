SELECT json_patch('{}', json_object('source', src, 'called', called,
  'user', CASE WHEN coalesce(u_on, u_limit, u_url) IS NULL THEN NULL ELSE json_object('enabled', json(CASE u_on WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'limit', u_limit, 'url', u_url) END,
  'device', CASE WHEN coalesce(d_on, d_limit, d_url) IS NULL THEN NULL ELSE json_object('enabled', json(CASE d_on WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'limit', d_limit, 'url', d_url) END)) FROM calls;
