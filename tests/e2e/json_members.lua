-- The members of a JSON object as texts: a function, which dofile returns.
--
--   members '{"a": 1, "b": {"c": "d"}}'   --> { a = "1", b = '{"c": "d"}' }, with the blanks of the object
return function(json)
  local out, depth, key, from, quoted, i = {}, 0, nil, nil, false, 1
  while i <= #json do
    local c = json:sub(i, i)
    if quoted then
      if c == "\\" then i = i + 1 elseif c == '"' then quoted = false end
    elseif c == '"' then
      quoted = true
    elseif c == "{" or c == "[" then
      depth = depth + 1
      if depth == 1 then from = i + 1 end
    elseif c == "}" or c == "]" then
      depth = depth - 1
    end
    if not quoted and depth == 1 and c == ":" and not key then
      key, from = json:sub(from, i - 1):match '"(.*)"', i + 1
    elseif not quoted and ((depth == 1 and c == ",") or (depth == 0 and c == "}")) and key then
      out[key], from, key = json:sub(from, i - 1), i + 1, nil
    end
    i = i + 1
  end
  return out
end
