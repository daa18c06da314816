use super::*;
use crate::ports::NoSecrets;
use std::collections::HashSet;
use std::sync::Barrier;

/// Two would not know of each other's waits and budgets.
#[test]
fn an_account_has_one_client_whoever_asks_first() {
    for _ in 0..50 {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("a store");
        let http = Http::new(Arc::new(|| Time(jiff::Timestamp::UNIX_EPOCH))).expect("a transport");
        let token = vec![(ProviderKind::Heroku, "HRKU-test".to_owned())];
        let connections = Connections::new(http, folder.path(), Arc::new(NoSecrets), token, &store).expect("connections");
        let account = connections.accounts().into_iter().next().expect("that of the environment");
        let all = Barrier::new(4);
        let client = || {
            all.wait();
            let Ok(Adapter::Heroku(client, _)) = connections.client_of(&account) else { panic!("a client") };
            Arc::as_ptr(&client) as usize
        };
        let found: HashSet<usize> = std::thread::scope(|scope| {
            let asked: Vec<_> = (0..4).map(|_| scope.spawn(client)).collect();
            asked.into_iter().map(|one| one.join().expect("it answers")).collect()
        });
        assert_eq!(found.len(), 1);
    }
}
