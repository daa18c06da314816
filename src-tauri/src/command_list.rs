// Every command of the window: name, arguments, reply. `commands.rs` makes the handlers from it, `bindings.rs` the
// TypeScript, `build.rs` the access list.
macro_rules! for_each_command {
    ($with:ident) => {
        $with! {
            world() -> World;
            pull_request(service: String, number: u64) -> PullRequest;
            plan(action: Action) -> Plan;
            execute(request: ExecuteRequest) -> ExecuteReply;
            plan_stop(service: String, environment: String) -> PlanSet;
            execute_set(id: String, reason: Option<String>) -> Vec<SetOutcome>;
            journal() -> Vec<Entry>;
            acknowledge(notice: String) -> ();
            settle(id: String, happened: bool, reason: String) -> Entry;
            dismiss(service: String, alert: String, reason: String) -> Dismissal;
            mark_bad(service: String, environment: String, version: u64, reason: String) -> BadRelease;
            unmark_bad(service: String, environment: String, version: u64, reason: String) -> ();
            pin_environment(service: String, environment: String, bad: Option<Vec<String>>, reason: String) -> Pin;
            unpin_environment(service: String, environment: String, reason: String) -> Pin;
            set_pin_ending(service: String, environment: String, by_itself: bool) -> Pin;
            inbox() -> Vec<InboxItem>;
            read_item(id: String) -> ();
            finish_items(ids: Vec<String>) -> ();
            reopen_items(ids: Vec<String>) -> ();
            remind_of_item(id: String, at: Option<Time>) -> ();
            log(service: String, job_number: u64, held: Vec<HeldLines>) -> LogPage;
            log_step(service: String, job_number: u64, step: usize) -> LogStepView;
            failed_tests(service: String, job_number: u64) -> Vec<FailedTestView>;
            artifacts(service: String, job_number: u64) -> Vec<ArtifactView>;
            output(service: String, environment: String, version: Option<u64>, held: HeldLines) -> OutputView;
            older_releases(service: String, environment: String, before: u64) -> Vec<Release>;
            compare(service: String, base: ReleaseName, head: ReleaseName) -> ComparisonView;
            pipeline(service: String, pipeline: String) -> Pipeline;
            add_account(account: NewAccount) -> AddedAccount;
            borrowable() -> Vec<BorrowableAccount>;
            set_read_only(id: String, read_only: bool) -> ();
            second_factor(code: String) -> ();
            test_account(id: String) -> AccountTest;
            remove_account(id: String) -> ();
            replace_token(id: String, token: String, keychain: bool) -> Option<String>;
            retry_keychain() -> KeychainState;
            repositories(accounts: Vec<String>, after: Option<String>) -> RepositoryList;
            discover(repo: String, accounts: Vec<String>) -> Proposal;
            try_service(service: Service, places: Vec<PartPlace>) -> Trials;
            add_service(service: Service) -> ();
            edit_service(was: Service, service: Service) -> ();
            move_service(name: String, position: usize) -> ();
            remove_service(name: String) -> ();
            say_production(service: String, environment: String, production: bool) -> ();
            open_sandbox(scenario: String) -> ();
            leave_sandbox() -> ();
            break_production(service: String) -> ();
            set_settings(settings: Settings) -> ();
            set_notification_rule(service: Option<String>, kind: NotificationKind, rule: Rule) -> ();
            set_own_rules(service: String, own: bool) -> ();
            set_quiet_hours(quiet_hours: QuietHours) -> ();
            notification_server() -> NotificationServer;
            test_notification(service: Option<String>) -> NotificationTest;
            refresh(service: Option<String>) -> ();
            set_shown(service: Option<String>) -> ();
            set_visible(visible: bool) -> ();
            mute(minutes: u32) -> ();
            open_link(url: String) -> ();
            token_ways(provider: VendorId, url: Option<String>) -> Vec<TokenWayView>;
            start_place() -> Option<Place>;
            remember_place(place: Place) -> ();
            set_ground(dark: bool) -> ();
            zoom(change: ZoomChange) -> u32;
            desktop_settings() -> DesktopSettings;
            set_start_at_login(on: bool) -> DesktopSettings;
            set_shortcut(on: bool) -> DesktopSettings;
        }
    };
}
