%% Tests of the application. TALLY_ROOT is the project's directory, TALLY_WORK one with
%% requests/NAME.jsonl, answers/NAME.jsonl (what `tally decide' says of them) and
%% policies/NAME.so for the shipped rule files.
-module(tally_tests).
-include_lib("eunit/include/eunit.hrl").

rules() ->
    <<"type network = onnet | offnet\n"
      "type settings = { enabled : flag?, time_limit : (5..10800)?, url : text? }\n"
      "input source : network\n"
      "input user   : settings?  at /user/call_recording\n"
      "input device : settings?  at /device/call_recording\n"
      "let setting = device else user\n"
      "decision recording : flag {\n"
      "  on   when source is offnet and setting.enabled is on  because \"a call from {source}\"\n"
      "  off  otherwise\n"
      "}\n"
      "decision limit : number? = setting.time_limit\n"
      "decision how : settings? = setting\n">>.

policy() ->
    {ok, Policy} = tally:open_text("recording.tally", rules()),
    Policy.

root(Name) -> filename:join(os:getenv("TALLY_ROOT"), Name).
work(Name) -> filename:join(os:getenv("TALLY_WORK"), Name).
lines(Path) ->
    {ok, Text} = file:read_file(Path),
    [Line || Line <- binary:split(Text, <<"\n">>, [global]), Line =/= <<>>].

decides_from_facts_and_documents_test() ->
    Policy = policy(),
    {ok, User} = tally:bind(Policy, <<"/user">>, <<"{\"name\":\"Ada\",\"call_recording\":{\"enabled\":true,\"time_limit\":60}}">>),
    {ok, Device} = tally:bind(Policy, "device", ["{\"call_recording\":", "{\"url\":\"http://a/\\u00e4\\\"b\"}}"]),
    {ok, Answer} = tally:decide(Policy, #{source => offnet}, [User, Device]),
    ?assertEqual(#{<<"recording">> => true, <<"limit">> => 60,
                   <<"how">> => #{<<"enabled">> => true, <<"time_limit">> => 60,
                                  <<"url">> => <<"http://a/", 16#c3, 16#a4, "\"b">>}}, Answer),
    ?assertEqual({ok, #{<<"recording">> => false, <<"limit">> => undefined, <<"how">> => undefined}},
                 tally:decide(Policy, #{<<"source">> => <<"offnet">>})),
    ?assertMatch({ok, #{<<"recording">> := true, <<"limit">> := 5}},
                 tally:decide(Policy, #{source => offnet, <<"user.enabled">> => true, 'user.time_limit' => 5})).

says_why_test() ->
    {ok, Reasons} = tally:because(policy(), #{source => offnet, 'user.enabled' => true}),
    ?assertMatch(#{<<"recording">> := #{value := true, because := <<"a call from offnet">>, rule := 1},
                   <<"limit">> := #{value := undefined, because := undefined, rule := 1}}, Reasons).

answers_requests_as_json_test() ->
    Request = <<"{\"source\":\"offnet\",\"user\":{\"call_recording\":{\"enabled\":true}}}">>,
    ?assertEqual({ok, <<"{\"recording\":true,\"limit\":null,\"how\":{\"enabled\":true}}">>},
                 tally:decide_json(policy(), Request)),
    {ok, Because} = tally:because_json(policy(), [Request]),
    ?assertNotEqual(nomatch, binary:match(Because, <<"a call from offnet">>)),
    %% Large enough for a dirty scheduler.
    Padded = [Request, binary:copy(<<" ">>, 100000)],
    ?assertMatch({ok, _}, tally:decide_json(policy(), Padded)).

misuse_is_an_error_test_() ->
    Policy = policy(),
    {ok, User} = tally:bind(Policy, <<"/user">>, <<"{}">>),
    Cases = [{unknown, fun() -> tally:decide(Policy, #{sourc => offnet}) end},
             {unknown, fun() -> tally:decide(Policy, #{source => offnett}) end},
             {missing, fun() -> tally:decide(Policy, #{}) end},
             {argument, fun() -> tally:decide(Policy, #{source => {}}) end},
             {argument, fun() -> tally:decide(Policy, #{1 => offnet}) end},
             {argument, fun() -> tally:decide(Policy, offnet) end},
             {argument, fun() -> tally:decide(Policy, #{source => offnet}, User) end},
             {argument, fun() -> tally:decide(Policy, #{source => offnet}, [1]) end},
             {argument, fun() -> tally:decide(Policy, #{source => offnet}, [User | User]) end},
             {argument, fun() -> tally:decide(make_ref(), #{source => offnet}) end},
             {argument, fun() -> tally:decide(User, #{source => offnet}) end},
             {argument, fun() -> tally:bind(Policy, 1, <<>>) end},
             {argument, fun() -> tally:bind(Policy, <<"/user">>, 1) end},
             {unknown, fun() -> tally:bind(Policy, <<"/nowhere">>, <<"{}">>) end},
             {document, fun() -> tally:bind(Policy, <<"/user">>, <<"{">>) end},
             {document, fun() -> tally:decide_json(Policy, <<"[]">>) end},
             {argument, fun() -> tally:decide_json(Policy, 1) end},
             {argument, fun() -> tally:open(1) end},
             {argument, fun() -> tally:open(<<"a", 0, "b">>) end},
             {file, fun() -> tally:open("missing.so") end},
             {rules, fun() -> tally:open_text("r", <<"decision d : flag = x\n">>) end},
             {argument, fun() -> tally:reload(Policy) end},
             {argument, fun() -> tally:watch(Policy, 1) end},
             {argument, fun() -> tally:watch(Policy, soon) end}],
    [fun() -> ?assertMatch({error, #{status := Status, message := <<_, _/binary>>}}, Call()) end || {Status, Call} <- Cases].

a_document_at_fault_says_where_test() ->
    {error, Fault} = tally:bind(policy(), <<"/user">>, <<"{\"call_recording\":{\"enabld\":true}}">>),
    ?assertMatch(#{status := document, pointer := <<"/call_recording/enabld">>}, Fault),
    ?assertNotEqual(nomatch, binary:match(maps:get(json, Fault), <<"enabled">>)).

unknown_keys_are_counted_and_slips_listed_test() ->
    Policy = policy(),
    {ok, User} = tally:bind(Policy, <<"/user">>, <<"{\"id\":7,\"call_recordng\":{\"enabled\":true}}">>),
    ?assertEqual(2, tally:unknown_keys(User)),
    ?assertEqual({ok, <<"[{\"code\":\"T904\",\"pointer\":\"/call_recordng\",\"message\":\"no input stands at key "
                        "`call_recordng`\",\"meant\":\"call_recording\"}]">>}, tally:warnings(User)),
    {ok, Device} = tally:bind(Policy, <<"/device">>, <<"{}">>),
    ?assertEqual(0, tally:unknown_keys(Device)),
    ?assertEqual({ok, <<"[]">>}, tally:warnings(Device)),
    {ok, #{unknown_keys := 1, warnings := Warnings}} =
        tally:request_warnings(Policy, ["{\"source\":\"onnet\",", "\"usr\":{\"x\":1}}"]),
    ?assertNotEqual(nomatch, binary:match(Warnings, <<"\"meant\":\"user\"">>)),
    ?assertMatch({error, #{status := document}}, tally:request_warnings(Policy, <<"{}">>)),
    ?assertMatch({error, #{status := argument}}, tally:request_warnings(Policy, 1)),
    ?assertMatch({error, #{status := argument}}, tally:unknown_keys(Policy)),
    ?assertMatch({error, #{status := argument}}, tally:warnings(1)).

a_refused_file_can_be_asked_about_test_() ->
    {timeout, 60, fun() ->
        Path = work("watched.tally"),
        ok = file:write_file(Path, <<"decision d : flag = on\n">>),
        {ok, Policy} = tally:open(Path),
        ?assertEqual({ok, #{status => none}}, tally:last_reload(Policy)),
        ok = tally:watch(Policy, 10),
        ok = file:write_file(Path, <<"decision d : flag = nothing\n">>),
        #{time := Time, fault := Fault} = reload_ends(Policy, refused),
        ?assert(abs(erlang:system_time(millisecond) - Time) < 60000),
        ?assertMatch(#{status := rules}, Fault),
        ?assertNotEqual(nomatch, binary:match(maps:get(message, Fault), <<"unknown name `nothing`">>)),
        ?assertEqual(1, tally:generation(Policy)),
        ok = file:write_file(Path, <<"decision d : flag = off\n">>),
        ?assertNot(maps:is_key(fault, reload_ends(Policy, loaded))),
        ok = tally:unwatch(Policy),
        ?assertMatch({error, #{status := argument}}, tally:last_reload(1))
    end}.

reload_ends(Policy, Status) ->
    case tally:last_reload(Policy) of
        {ok, #{status := Status} = Last} -> Last;
        {ok, _} -> timer:sleep(5), reload_ends(Policy, Status)
    end.

only_signed_versions_come_in_use_test() ->
    Path = work("guarded.tally"),
    Put = fun(Version) -> {ok, _} = file:copy(work("guard/" ++ Version ++ ".tally"), Path) end,
    Sign = fun(Version) -> {ok, _} = file:copy(work("guard/" ++ Version ++ ".tally.sig"), Path ++ ".sig") end,
    Put("1"), Sign("1"),
    {ok, Policy} = tally:open(Path),
    Keys = [work("guard/release.pub")],
    ?assertMatch({error, #{status := argument}}, tally:guard_counts(Policy)),
    ?assertMatch({error, #{status := argument}}, tally:guard(Policy, #{})),
    ?assertMatch({error, #{status := argument}}, tally:guard(Policy, #{keys => []})),
    ?assertMatch({error, #{status := argument}}, tally:guard(Policy, #{keys => [1, 2]})),
    ?assertMatch({error, #{status := argument}}, tally:guard(Policy, #{keys => Keys, serial => none})),
    ?assertMatch({error, #{status := argument}}, tally:guard(1, #{keys => Keys})),
    ?assertMatch({error, #{status := file}}, tally:guard(Policy, #{keys => [<<"/nowhere/at/all">>]})),
    ?assertMatch({error, #{status := refused}}, tally:guard(Policy, #{keys => [work("guard/other.pub")]})),
    ?assertMatch({error, #{status := refused}}, tally:guard(Policy, #{keys => Keys, serial => 2})),
    ok = tally:guard(Policy, #{keys => Keys}),
    Put("3"),
    ?assertMatch({error, #{status := refused}}, tally:reload(Policy)),
    ?assertMatch({ok, #{admitted := 1, refused := 1, serial := 1, fault := #{status := refused}}},
                 tally:guard_counts(Policy)),
    Put("2"), Sign("2"),
    ?assertMatch({ok, #{generation := 2}}, tally:reload(Policy)),
    ?assertEqual({ok, #{<<"version">> => 2}}, tally:decide(Policy, #{})),
    ?assertMatch({ok, #{generation := 3}}, tally:roll_back(Policy)),
    ?assertEqual({ok, #{<<"version">> => 1}}, tally:decide(Policy, #{})),
    ?assertMatch({error, #{status := argument}}, tally:roll_back(Policy)).

decisions_are_logged_test() ->
    Folder = filename:join("/tmp", "tally_erlang_log_" ++ os:getpid()),
    ok = file:make_dir(Folder),
    {ok, Policy} = tally:open_text("logged.tally", "input a : flag\ninput n : number\n"
                                   "decision d : flag = a\ndecision e : number = n\n"),
    ?assertMatch({error, #{status := argument}}, tally:log_flush(Policy)),
    ?assertMatch({error, #{status := argument}}, tally:log_counts(Policy)),
    ?assertMatch({error, #{status := argument}}, tally:log_open(Policy, #{})),
    ?assertMatch({error, #{status := argument}}, tally:log_open(Policy, #{folder => Folder, files => none})),
    ?assertMatch({error, #{status := unknown}}, tally:log_open(Policy, #{folder => Folder, keep => ["m"]})),
    ?assertMatch({error, #{status := file}}, tally:log_open(Policy, #{folder => "/nowhere/at/all"})),
    ok = tally:log_open(Policy, #{folder => Folder, name => <<"erlang">>, keep => [<<"n">>], id_bytes => 8}),
    {ok, #{<<"d">> := true}} = tally:decide(Policy, #{a => true, n => 5}, [], <<"call-1">>),
    {ok, _} = tally:because(Policy, #{a => true, n => 5}, [], "call-2"),
    {ok, _} = tally:decide(Policy, #{a => true, n => 5}),
    ?assertMatch({error, #{status := argument}}, tally:decide(Policy, #{a => true, n => 5}, [], 7)),
    ok = tally:log_flush(Policy),
    {ok, Counts} = tally:log_counts(Policy),
    ?assertMatch(#{written := 3, dropped := 0, errors := 0}, Counts),
    ?assertNot(maps:is_key(fault, Counts)),
    ok = tally:log_rotate(Policy),
    ?assertMatch({ok, #{files := 2}}, tally:log_counts(Policy)),
    ok = tally:log_close(Policy),
    ?assertMatch({error, #{status := argument}}, tally:log_close(1)),
    ok = file:del_dir_r(Folder).

resources_are_collected_test_() ->
    %% Many policies, each dropped at once: what is not given back would be gigabytes.
    {timeout, 300, fun() ->
        drop_policies(20),
        Before = resident(),
        drop_policies(100),
        ?assert(resident() - Before < 30000)
    end}.

drop_policies(Count) ->
    lists:foreach(fun(_) ->
        {_, Reference} = spawn_monitor(fun() ->
            Policy = policy(),
            {ok, _} = tally:bind(Policy, <<"/user">>, <<"{}">>),
            {ok, _} = tally:decide(Policy, #{source => offnet})
        end),
        receive {'DOWN', Reference, process, _, Reason} -> ?assertEqual(normal, Reason) end
    end, lists:seq(1, Count)).

reloads_while_processes_decide_test_() ->
    {timeout, 300, fun() ->
        Path = work("changing.tally"),
        Write = fun(Value) -> ok = file:write_file(Path, ["input a : flag\ndecision d : number { ", Value, " when a  0 otherwise }\n"]) end,
        Write("1"),
        {ok, Policy} = tally:open(Path),
        Self = self(),
        Deciders = [spawn_monitor(fun() -> decide_until(Self, Policy) end) || _ <- lists:seq(1, 8)],
        lists:foreach(fun(N) ->
            case N rem 5 of
                0 -> ok = file:write_file(Path, <<"decision d">>), {error, #{status := rules}} = tally:reload(Policy);
                _ -> Write(integer_to_list(N)), {ok, #{generation := _}} = tally:reload(Policy)
            end
        end, lists:seq(1, 100)),
        [Pid ! stop || {Pid, _} <- Deciders],
        [receive {'DOWN', Reference, process, _, Reason} -> ?assertEqual(normal, Reason) end || {_, Reference} <- Deciders],
        ?assertEqual(81, tally:generation(Policy)),
        ?assertEqual({ok, #{<<"d">> => 99}}, tally:decide(Policy, #{a => true}))
    end}.

decide_until(Parent, Policy) ->
    {ok, #{<<"d">> := N}} = tally:decide(Policy, #{a => true}),
    true = N >= 1 andalso N < 100,
    receive stop -> ok after 0 -> decide_until(Parent, Policy) end.

%% Every shipped rule file decides as `tally decide' does.
shipped_rules_test_() ->
    [{Name, {timeout, 300, fun() ->
        {ok, Policy} = tally:open(work("policies/" ++ Name ++ ".so")),
        Requests = lines(work("requests/" ++ Name ++ ".jsonl")),
        Answers = lines(work("answers/" ++ Name ++ ".jsonl")),
        ?assert(length(Requests) > 0),
        lists:foreach(fun({Request, Answer}) ->
            case tally:decide_json(Policy, Request) of
                {ok, Decided} -> ?assertEqual(Answer, Decided);
                {error, #{status := document}} -> ?assertMatch({_, _}, binary:match(Answer, <<"\"error\"">>))
            end
        end, lists:zip(Requests, Answers))
    end}} || Name <- rule_files()].

%% All of them: requests/NAME.jsonl.
rule_files() ->
    Names = [filename:basename(File, ".jsonl") || File <- filelib:wildcard(work("requests/*.jsonl"))],
    true = length(Names) >= 20,
    Names.

%% KAZOO's own answers: the cases' documents bound one by one.
kazoo_decides_the_same_test_() ->
    {timeout, 300, fun() ->
        {ok, Policy} = tally:open(work("policies/kazoo5.so")),
        Lines = lines(root("tests/data/kazoo5_cases.jsonl")),
        ?assertEqual(1500, length(Lines)),
        lists:foreach(fun(Line) -> kazoo_case(Policy, Line) end, Lines)
    end}.

kazoo_case(Policy, Line) ->
    Case = members(Line),
    Party = fun(Role) ->
        case maps:get(Role, Case) of
            <<"null">> -> [];
            Text -> [{[<<"/">>, Role, <<"/">>, Key], Value} || {Key, Value} <- maps:to_list(members(Text)), Value =/= <<"null">>]
        end
    end,
    Places = [{<<"/account">>, maps:get(<<"account">>, Case)} || maps:get(<<"account">>, Case) =/= <<"null">>]
        ++ Party(<<"caller">>) ++ Party(<<"callee">>),
    Documents = [begin {ok, Document} = tally:bind(Policy, Place, Text), Document end || {Place, Text} <- Places],
    There = maps:from_list([{Role, true} || Role <- [<<"caller">>, <<"callee">>], maps:get(Role, Case) =/= <<"null">>]),
    Facts = There#{source => unquoted(maps:get(<<"source">>, Case)), destination => unquoted(maps:get(<<"destination">>, Case))},
    {ok, Answer} = tally:decide(Policy, Facts, Documents),
    Expected = members(maps:get(<<"expected">>, Case)),
    ?assertEqual(unquoted(maps:get(<<"account">>, Expected)), maps:get(<<"account-recording">>, Answer)),
    [?assertEqual(maps:get(Kazoo, Expected), flag(maps:get(Ours, Answer)))
     || {Kazoo, Ours} <- [{<<"caller_endpoint">>, <<"caller-recording">>}, {<<"callee_endpoint">>, <<"callee-recording">>},
                          {<<"callee_endpoint_via_user">>, <<"callee-recording-via-user">>}]].

flag(undefined) -> <<"null">>;
flag(Flag) -> atom_to_binary(Flag).
unquoted(Text) -> binary:part(Text, 1, byte_size(Text) - 2).

%% The members of a JSON object, each as its text.
members(<<"{", Rest/binary>>) -> members(Rest, #{}).
members(<<"}">>, Out) -> Out;
members(<<",", Rest/binary>>, Out) -> members(Rest, Out);
members(<<"\"", Rest/binary>>, Out) ->
    [Key, <<":", Value/binary>>] = binary:split(Rest, <<"\"">>),
    Size = value_size(Value, 0, 0),
    <<Text:Size/binary, Left/binary>> = Value,
    members(Left, Out#{Key => Text}).

value_size(<<C, _/binary>>, 0, N) when C =:= $,; C =:= $} -> N;
value_size(<<C, Rest/binary>>, Depth, N) when C =:= ${; C =:= $[ -> value_size(Rest, Depth + 1, N + 1);
value_size(<<C, Rest/binary>>, Depth, N) when C =:= $}; C =:= $] -> value_size(Rest, Depth - 1, N + 1);
value_size(<<$", Rest/binary>>, Depth, N) ->
    Size = string_size(Rest, 1),
    <<_:Size/binary, Left/binary>> = <<$", Rest/binary>>,
    value_size(Left, Depth, N + Size);
value_size(<<_, Rest/binary>>, Depth, N) -> value_size(Rest, Depth, N + 1).

string_size(<<$\\, _, Rest/binary>>, N) -> string_size(Rest, N + 2);
string_size(<<$", _/binary>>, N) -> N + 1;
string_size(<<_, Rest/binary>>, N) -> string_size(Rest, N + 1).

%% Resident memory of the virtual machine, kilobytes.
resident() ->
    {ok, Status} = file:read_file("/proc/self/status"),
    {match, [Digits]} = re:run(Status, "VmRSS:\\s+(\\d+)", [{capture, all_but_first, binary}]),
    binary_to_integer(Digits).
