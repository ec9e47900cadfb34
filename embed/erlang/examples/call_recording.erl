%% The place in a callflow where a call's recording is decided, as a KAZOO-like platform
%% has it: who calls whom and their documents in; which recordings to start, with which
%% settings and origin, out.
%%
%% The policy is opened when the application starts and kept in a persistent term; it is
%% watched, so rules change while calls run. Documents are bound where they are cached:
%% here in an ets table, each under its place and revision, so that a document is read
%% once however many calls it decides.
-module(call_recording).

-export([start/1, decide/1]).
-export_type([call/0, party/0, recording/0]).

-type json() :: binary().
-type revision() :: binary().
%% A document with its id and revision, as a database stores it.
-type stored() :: {Id :: binary(), revision(), json()}.
-type party() :: #{user => stored(), device => stored()}.
-type call() :: #{source := onnet | offnet, destination := onnet | offnet,
                  account => stored(), caller => party(), callee => party()}.
%% `settings' are format, time_limit, url and so on; `origin' goes into the recording's
%% metadata.
-type recording() :: #{leg := account | caller | callee, origin := binary(), settings := map()}.

%% @doc Opens the policy; the platform does not start with rules at fault.
-spec start(file:name()) -> ok | {error, tally:fault()}.
start(Path) ->
    case tally:open(Path) of
        {ok, Policy} ->
            documents = ets:new(documents, [named_table, public, {read_concurrency, true}]),
            persistent_term:put(?MODULE, Policy),
            tally:watch(Policy);
        Error -> Error
    end.

%% @doc Which recordings a call starts. Where nothing can be decided the caller has to
%% choose: to refuse the call, or to go on without.
-spec decide(call()) -> {ok, [recording()]} | {error, tally:fault()}.
decide(#{source := Source, destination := Destination} = Call) ->
    Policy = persistent_term:get(?MODULE),
    try
        Documents = [bound(Policy, Place, Stored) || {Place, Stored} <- places(Call)],
        case tally:because(Policy, #{source => Source, destination => Destination}, Documents) of
            {ok, Decided} -> {ok, [recording(Leg, Decided) || Leg <- [account, caller, callee], starts(Leg, Decided)]};
            Error -> Error
        end
    catch
        throw:{at_fault, Fault} -> {error, Fault}
    end.

places(Call) ->
    [{<<"/account">>, Account} || #{account := Account} <- [Call]]
        ++ [{<<"/", (atom_to_binary(Role))/binary, "/", (atom_to_binary(Kind))/binary>>, Stored}
            || Role <- [caller, callee], {Kind, Stored} <- maps:to_list(maps:get(Role, Call, #{}))].

bound(Policy, Place, {Id, Revision, Json}) ->
    case ets:lookup(documents, {Place, Id}) of
        [{_, Revision, Document}] -> Document;
        _ ->
            case tally:bind(Policy, Place, Json) of
                {ok, Document} ->
                    ets:insert(documents, {{Place, Id}, Revision, Document}),
                    Document;
                {error, Fault} -> throw({at_fault, Fault})
            end
    end.

decision(Leg, What) -> <<(atom_to_binary(Leg))/binary, What/binary>>.

starts(Leg, Decided) ->
    #{value := Value} = maps:get(decision(Leg, <<"-recording">>), Decided),
    Value =/= false andalso Value =/= <<"none">>.

recording(Leg, Decided) ->
    #{because := Origin} = maps:get(decision(Leg, <<"-recording">>), Decided),
    #{value := Settings} = maps:get(decision(Leg, <<"-settings">>), Decided),
    #{leg => Leg, origin => Origin, settings => Settings}.
