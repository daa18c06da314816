//! The sandbox's lists of published operations, by which it distinguishes what it does not simulate from what does
//! not exist.

use std::collections::BTreeSet;

use slipway_contracts::Vendor;
use slipway_sandbox::operations::PUBLISHED;

use crate::CONTRACTS;

/// Parameters without their names.
fn bare(operation: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
    operation.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[test]
fn the_lists_are_as_the_vendors_publish() {
    for (vendor, (name, list)) in [Vendor::Github, Vendor::Circleci, Vendor::Heroku].into_iter().zip(PUBLISHED) {
        let published: BTreeSet<String> = CONTRACTS.operations(vendor).iter().map(|operation| bare(operation)).collect();
        if !CONTRACTS.has(vendor) {
            println!("skipped: {name}: its contract is not here");
            continue;
        }
        let listed: BTreeSet<String> = list.lines().map(bare).collect();
        assert_eq!(published.difference(&listed).collect::<Vec<_>>(), Vec::<&String>::new(), "{name}: not listed");
        // CircleCI's v1.1 has no published schema; its part of the list is from its documentation.
        let strange: Vec<&String> = listed.difference(&published).filter(|operation| !operation.contains(" /api/v1.1/")).collect();
        assert_eq!(strange, Vec::<&String>::new(), "{name}: the vendor has it not");
    }
}
