//! Every trait method over HTTP against the sandbox, which shares no code with the adapters. A recorder between
//! them checks each request and answer against the vendor's contract.

mod circleci;
#[path = "../support/fixed_token.rs"]
mod fixed_token;
mod fixture;
mod github;
mod heroku;

/// A method that no test calls through the recorder would not be checked against its vendor's contract.
#[test]
fn every_trait_method_is_driven() {
    let undriven = |traits: &'static str, tests: &str| -> Vec<&str> {
        let methods = traits.split("async fn ").skip(1).filter_map(|after| after.split(['(', '<']).next());
        methods.filter(|name| !tests.contains(&format!(".{name}("))).collect()
    };
    let tests = concat!(include_str!("github.rs"), include_str!("circleci.rs"), include_str!("heroku.rs"), include_str!("fixture.rs"));
    for role in [
        include_str!("../../../vendor/src/code_host.rs"),
        include_str!("../../../vendor/src/ci.rs"),
        include_str!("../../../vendor/src/platform.rs"),
    ] {
        assert_eq!(undriven(role, tests), Vec::<&str>::new());
    }
    assert_eq!(undriven(include_str!("../../../vendor/src/discover.rs"), include_str!("../set_ups.rs")), Vec::<&str>::new());
}
