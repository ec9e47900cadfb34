%% @doc Decisions by compiled rules.
%%
%% A policy is opened once, from a rule file or from a shared object that
%% `tally build' made, and shared by all processes. Documents are bound once and kept,
%% in a cache or an ets table. A call brings its facts and documents, and receives
%% every decision of the policy:
%%
%% ```
%% {ok, Policy} = tally:open("call_recording.so"),
%% {ok, Device} = tally:bind(Policy, <<"/caller/device">>, DeviceJson),
%% {ok, #{<<"caller-recording">> := true}} =
%%     tally:decide(Policy, #{source => onnet, destination => offnet}, [Device]).
%% '''
%%
%% Policies and documents are resources: the garbage collector frees them. Whatever
%% the arguments are, no function raises; one that fails returns `{error, Fault}'.
%% Opening, reloading and binding large documents run on dirty schedulers, deciding
%% on normal ones. Any process may call any function at any time, even while another
%% process reloads: a decision is made by one version from beginning to end.
-module(tally).

-export([open/1, open_text/2, reload/1, watch/1, watch/2, unwatch/1, generation/1, describe/1,
         last_reload/1, bind/3, unknown_keys/1, warnings/1, request_warnings/2, decide/2, decide/3, decide/4, because/2, because/3, because/4, decide_json/2, because_json/2, version/0,
         log_open/2, log_close/1, log_flush/1, log_rotate/1, log_counts/1, roll_back/1, guard/2, guard_counts/1]).
-export_type([log_options/0, guard_options/0, policy/0, document/0, name/0, fact/0, facts/0, value/0, answer/0, reasons/0, fault/0]).

-on_load(load/0).
-nifs([open/1, open_text/2, reload/1, watch/2, unwatch/1, generation/1, describe/1, last_reload/1,
       bind_nif/3, unknown_keys/1, warnings/1, request_warnings/2, decide_nif/5,
       decide_json_nif/3, version/0, log_open/2, log_close/1, log_flush/1, log_rotate/1, log_counts/1,
       roll_back/1, guard/2, guard_counts/1]).

-opaque policy() :: reference().
-opaque document() :: reference().

-type name() :: binary() | atom().
%% An enum's value as documents spell it, a flag as `true' or `false', a number, or a
%% text. `true' marks an object as present. `undefined' removes a fact.
-type fact() :: binary() | atom() | boolean() | non_neg_integer() | undefined.
%% By the input's name in the rules: `source', <<"caller.device[inbound, onnet].enabled">>.
-type facts() :: #{name() => fact()}.
%% Enums and texts are binaries, flags booleans, records and maps are maps without
%% their unset members; `undefined' is unset.
-type value() :: binary() | boolean() | non_neg_integer() | #{binary() => value()} | undefined.
-type answer() :: #{Decision :: binary() => value()}.
%% Each value with the reason of the rule that fired, or `undefined' if the rule has
%% none, and with the rule's number, from 1.
-type reasons() :: #{Decision :: binary() => #{value := value(), because := binary() | undefined, rule := pos_integer()}}.
%% `message' is for people; `pointer' is the JSON Pointer of what is at fault in a
%% document, `json' all that is known, as JSON.
-type fault() :: #{status := argument | memory | file | policy | rules | unsupported | unknown | type | value
                           | document | missing | undecided | system | internal | refused,
                   message := binary(), pointer => binary(), json => binary()}.

%% @doc Opens a policy: a shared object of `tally build', or a rule file.
-spec open(Path :: iodata()) -> {ok, policy()} | {error, fault()}.
open(_Path) -> not_loaded().

%% @doc Compiles rules from memory; `Name' is what messages and reasons call them.
-spec open_text(Name :: iodata(), Rules :: iodata()) -> {ok, policy()} | {error, fault()}.
open_text(_Name, _Rules) -> not_loaded().

%% @doc Loads the policy's file again. If it is at fault, the version in use stays.
%% `carried', `rebound' and `failed' count the documents that are bound.
-spec reload(policy()) ->
    {ok, #{generation := pos_integer(), carried := non_neg_integer(), rebound := non_neg_integer(),
           failed := non_neg_integer()}} | {error, fault()}.
reload(_Policy) -> not_loaded().

%% @doc Reloads the policy whenever its file has changed; looks every second.
-spec watch(policy()) -> ok | {error, fault()}.
watch(Policy) -> watch(Policy, 1000).

%% @doc Reloads the policy whenever its file has changed; looks every `Milliseconds',
%% from 10 to 3,600,000.
-spec watch(policy(), Milliseconds :: pos_integer()) -> ok | {error, fault()}.
watch(_Policy, _Milliseconds) -> not_loaded().

-spec unwatch(policy()) -> ok | {error, fault()}.
unwatch(_Policy) -> not_loaded().

%% @doc Returns how many versions were loaded so far: 1 after opening.
-spec generation(policy()) -> pos_integer() | {error, fault()}.
generation(_Policy) -> not_loaded().

%% @doc Describes the policy, its inputs and decisions, as JSON.
-spec describe(policy()) -> {ok, binary()} | {error, fault()}.
describe(_Policy) -> not_loaded().

%% @doc Returns how the last reload ended, whether `reload/1' or a watch began it. `time' is when,
%% in milliseconds since 1970, and `fault' why the file was refused. After a reload that
%% succeeds the status is `loaded' again.
-spec last_reload(policy()) ->
    {ok, #{status := none | loaded | refused, time => integer(), fault => fault()}} | {error, fault()}.
last_reload(_Policy) -> not_loaded().

%% @doc Returns to the version that was in use before the last reload. One version is kept.
-spec roll_back(policy()) ->
    {ok, #{generation := pos_integer(), carried := non_neg_integer(), rebound := non_neg_integer(),
           failed := non_neg_integer()}} | {error, fault()}.
roll_back(_Policy) -> not_loaded().

%% One or two public keys: the path of a file of `tally keygen', or its 64 digits. Statements with a smaller
%% serial than `serial' are refused.
-type guard_options() :: #{keys := [iodata()], serial => non_neg_integer(), trust_version_in_use => boolean()}.

%% @doc Lets only signed or approved versions come in use from now on, whether `reload/1' or a watch brings them. The
%% version in use is judged too; if it is refused, there is no guard.
-spec guard(policy(), guard_options()) -> ok | {error, fault()}.
guard(_Policy, _Options) -> not_loaded().

%% @doc Returns how many versions the guard admitted and refused, and the greatest serial; `fault' is the last refusal.
-spec guard_counts(policy()) ->
    {ok, #{admitted := non_neg_integer(), refused := non_neg_integer(), serial := non_neg_integer(),
           fault => fault()}} | {error, fault()}.
guard_counts(_Policy) -> not_loaded().

%% The members of `tally_log_options' in tally.h; `folder' is needed. A decision that waits (`wait_ms')
%% holds its scheduler up.
-type log_options() :: #{folder := iodata(), name => iodata(), keep => [iodata()], text_bytes => pos_integer(),
                         id_bytes => non_neg_integer(), file_bytes => pos_integer(), files => non_neg_integer(),
                         ring_records => pos_integer(), wait_ms => non_neg_integer(), sync => boolean()}.

%% @doc Writes each decision from now on to a log.
-spec log_open(policy(), log_options()) -> ok | {error, fault()}.
log_open(_Policy, _Options) -> not_loaded().

%% @doc Writes everything that was decided before, and ends the log.
-spec log_close(policy()) -> ok | {error, fault()}.
log_close(_Policy) -> not_loaded().

%% @doc Waits until everything that was decided before is written.
-spec log_flush(policy()) -> ok | {error, fault()}.
log_flush(_Policy) -> not_loaded().

%% @doc Likewise, and begins a new file.
-spec log_rotate(policy()) -> ok | {error, fault()}.
log_rotate(_Policy) -> not_loaded().

%% @doc Returns how many decisions were written and dropped; `fault' is the last of the disk, if there was one.
-spec log_counts(policy()) ->
    {ok, #{written := non_neg_integer(), dropped := non_neg_integer(), waited := non_neg_integer(),
           shared := non_neg_integer(), files := non_neg_integer(), bytes := non_neg_integer(),
           errors := non_neg_integer(), fault => fault()}} | {error, fault()}.
log_counts(_Policy) -> not_loaded().

%% @doc Binds a document. `Place' is its place in a request: a JSON Pointer
%% (<<"/caller/device">>), or the name of an input that stands in the document.
-spec bind(policy(), Place :: iodata(), Json :: iodata()) -> {ok, document()} | {error, fault()}.
bind(Policy, Place, Json) -> bind_nif(Policy, Place, Json).

%% @doc Returns how many keys of a document no decision reads, where other keys are allowed. They
%% are counted when the document is bound, at no cost.
-spec unknown_keys(document()) -> non_neg_integer() | {error, fault()}.
unknown_keys(_Document) -> not_loaded().

%% @doc Lists those of these keys that are probably slips, as a JSON array. Reads the document again.
-spec warnings(document()) -> {ok, binary()} | {error, fault()}.
warnings(_Document) -> not_loaded().

%% @doc Counts and lists the unknown keys of a whole request in the same way.
-spec request_warnings(policy(), Request :: iodata()) ->
    {ok, #{unknown_keys := non_neg_integer(), warnings := binary()}} | {error, fault()}.
request_warnings(_Policy, _Request) -> not_loaded().

%% @equiv decide(Policy, Facts, [])
-spec decide(policy(), facts()) -> {ok, answer()} | {error, fault()}.
decide(Policy, Facts) -> decide_nif(Policy, Facts, [], false, <<>>).

%% @doc Decides a call: every decision of the policy.
-spec decide(policy(), facts(), [document()]) -> {ok, answer()} | {error, fault()}.
decide(Policy, Facts, Documents) -> decide_nif(Policy, Facts, Documents, false, <<>>).

%% @doc Likewise, with an id that names the decision in the log.
-spec decide(policy(), facts(), [document()], Id :: iodata()) -> {ok, answer()} | {error, fault()}.
decide(Policy, Facts, Documents, Id) -> decide_nif(Policy, Facts, Documents, false, Id).

%% @equiv because(Policy, Facts, [])
-spec because(policy(), facts()) -> {ok, reasons()} | {error, fault()}.
because(Policy, Facts) -> decide_nif(Policy, Facts, [], true, <<>>).

%% @doc Decides a call, with reasons.
-spec because(policy(), facts(), [document()]) -> {ok, reasons()} | {error, fault()}.
because(Policy, Facts, Documents) -> decide_nif(Policy, Facts, Documents, true, <<>>).

%% @doc Likewise, with an id that names the decision in the log.
-spec because(policy(), facts(), [document()], Id :: iodata()) -> {ok, reasons()} | {error, fault()}.
because(Policy, Facts, Documents, Id) -> decide_nif(Policy, Facts, Documents, true, Id).

%% @doc Decides a request in JSON. The answer is JSON, as `tally decide' prints it.
-spec decide_json(policy(), Request :: iodata()) -> {ok, binary()} | {error, fault()}.
decide_json(Policy, Request) -> decide_json_nif(Policy, Request, false).

%% @doc Decides a request in JSON, with reasons, as `tally decide --because' prints them.
-spec because_json(policy(), Request :: iodata()) -> {ok, binary()} | {error, fault()}.
because_json(Policy, Request) -> decide_json_nif(Policy, Request, true).

%% @doc Returns the version of the library.
-spec version() -> binary().
version() -> not_loaded().

bind_nif(_Policy, _Place, _Json) -> not_loaded().
decide_nif(_Policy, _Facts, _Documents, _Because, _Id) -> not_loaded().
decide_json_nif(_Policy, _Request, _Because) -> not_loaded().

%% The native part is in the application's priv directory, or in the file that the
%% environment variable TALLY_NIF names.
load() ->
    Path = case {os:getenv("TALLY_NIF"), code:priv_dir(tally)} of
               {false, {error, _}} -> filename:join(filename:dirname(code:which(?MODULE)), "../priv/tally_nif");
               {false, Priv} -> filename:join(Priv, "tally_nif");
               {Named, _} -> Named
           end,
    erlang:load_nif(Path, 0).

not_loaded() -> erlang:nif_error(not_loaded).
