%% Measures what a decision costs from Erlang. tally_bench:run("call_recording.so") prints
%% the median, minimum and maximum of nine repetitions, in nanoseconds per decision.
%% tally_bench:soak(Path, Millions) makes so many decisions while the policy is reloaded,
%% and prints the growth of memory in kilobytes and how many times a scheduler was held up
%% for longer than ten milliseconds.
-module(tally_bench).
-export([run/1, soak/2]).

documents(Policy) ->
    [begin {ok, Document} = tally:bind(Policy, Place, Json), Document end || {Place, Json} <-
        [{<<"/account">>, <<"{\"call_recording\":{\"account\":{\"inbound\":{\"offnet\":{\"enabled\":true}}}}}">>},
         {<<"/caller/user">>, <<"{\"call_recording\":{\"outbound\":{\"offnet\":{\"enabled\":true}}}}">>},
         {<<"/caller/device">>, <<"{\"call_recording\":{\"outbound\":{\"onnet\":{\"enabled\":false}}}}">>}]].

run(Path) ->
    {ok, Policy} = tally:open(Path),
    measure("facts only", Policy, []),
    measure("with three documents", Policy, documents(Policy)).

measure(Name, Policy, Documents) ->
    Count = 50000,
    Times = lists:sort([begin
        {Microseconds, ok} = timer:tc(fun() -> decide(Policy, Documents, Count) end),
        Microseconds * 1000 / Count
    end || _ <- lists:seq(1, 9)]),
    io:format("~-28s ~6.. B  (~b..~b)~n", ["Erlang, " ++ Name | [round(lists:nth(N, Times)) || N <- [5, 1, 9]]]).

decide(_, _, 0) -> ok;
decide(Policy, Documents, Count) ->
    Source = case Count rem 2 of 0 -> onnet; 1 -> offnet end,
    {ok, _} = tally:decide(Policy, #{source => Source, destination => onnet}, Documents),
    decide(Policy, Documents, Count - 1).

soak(Path, Millions) ->
    {ok, Policy} = tally:open(Path),
    Documents = documents(Policy),
    ok = decide(Policy, Documents, 200000),
    Before = resident(),
    Watcher = spawn(fun() -> erlang:system_monitor(self(), [{long_schedule, 10}]), watch(0) end),
    Reloader = spawn(fun() -> reload(Policy) end),
    Deciders = [spawn_monitor(fun() -> decide(Policy, Documents, Millions * 1000000 div 4) end) || _ <- lists:seq(1, 4)],
    [receive {'DOWN', Reference, process, _, normal} -> ok end || {_, Reference} <- Deciders],
    exit(Reloader, kill),
    Watcher ! {stalls, self()},
    Stalls = receive {stalls, N} -> N end,
    io:format("~b million decisions, ~b versions: ~b kB more, ~b schedulers held up~n",
              [Millions, tally:generation(Policy), resident() - Before, Stalls]),
    Stalls.

%% Only what runs native code for long counts.
watch(Stalls) ->
    receive
        {stalls, From} -> From ! {stalls, Stalls};
        {monitor, _, long_schedule, _} -> watch(Stalls + 1)
    end.

reload(Policy) ->
    {ok, _} = tally:reload(Policy),
    timer:sleep(10),
    reload(Policy).

resident() ->
    {ok, Status} = file:read_file("/proc/self/status"),
    {match, [Digits]} = re:run(Status, "VmRSS:\\s+(\\d+)", [{capture, all_but_first, binary}]),
    binary_to_integer(Digits).
