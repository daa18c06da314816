//! Two releases side by side.

use proptest::prelude::*;
use slipway_domain::commit::Commit;
use slipway_domain::comparison::{
    ComparedRelease, Comparison, ComparisonSide, ConfigPresence, FileOfChange, MigrationEffect, Relation, compare_commits, compare_config,
    markdown, migration_effect, relation, sentence,
};

fn commit(sha: &str, pull_request: Option<u64>) -> Commit {
    let title = format!("Change {sha}");
    Commit { sha: sha.into(), pull_request, title, author: Some("nadia-k".into()), parents: vec!["p".into()], ..Commit::default() }
}

fn reverting(sha: &str, number: u64, of: u64) -> Commit {
    Commit { pull_request_reverts: vec![of], ..commit(sha, Some(number)) }
}

fn numbers(side: &ComparisonSide) -> Vec<Option<u64>> {
    side.changes.iter().map(|change| change.pull_request).collect()
}

/// Everything that was compared, counted by where it stands.
fn accounted(side: &ComparisonSide) -> usize {
    let pairs = side.cancelling.iter().map(|pair| pair.change.commits + pair.revert.commits).sum::<usize>();
    side.changes.iter().map(|change| change.commits).sum::<usize>() + pairs
}

#[test]
fn each_commit_is_in_one_place() {
    let commits = [commit("5", Some(7)), commit("4", None), commit("3", Some(6)), commit("2", Some(6)), commit("1", Some(5))];
    let side = compare_commits(&commits, true, None);
    assert_eq!(numbers(&side), [Some(7), Some(6), Some(5), None]);
    assert_eq!((side.commits, accounted(&side)), (5, 5));
    assert!(side.changes.iter().all(|change| change.migrations.is_none()), "not read is not none");
}

#[test]
fn a_change_and_its_revert_cancel_each_other() {
    let side = compare_commits(&[reverting("3", 9, 7), commit("2", Some(8)), commit("1", Some(7))], true, None);
    assert_eq!(numbers(&side), [Some(8)]);
    let pair = &side.cancelling[0];
    assert_eq!((pair.change.pull_request, pair.revert.pull_request, accounted(&side)), (Some(7), Some(9), 3));
}

#[test]
fn a_reverted_revert_takes_nothing_back() {
    let side = compare_commits(&[reverting("3", 9, 8), reverting("2", 8, 7), commit("1", Some(7))], true, None);
    assert_eq!(numbers(&side), [Some(7)]);
    assert_eq!((side.cancelling[0].change.pull_request, side.cancelling[0].revert.pull_request), (Some(8), Some(9)));
}

/// Of a pull request with two commits one was taken back: the other arrives.
#[test]
fn half_a_revert_cancels_nothing() {
    let mut revert = commit("cccccccc", Some(9));
    revert.reverts_commits = vec!["bbbbbbbb".into()];
    let both = [revert.clone(), commit("bbbbbbbb", Some(7)), commit("aaaaaaaa", Some(7))];
    assert!(compare_commits(&both, true, None).cancelling.is_empty());
    revert.reverts_commits.push("aaaaaaa".into());
    let both = [revert, both[1].clone(), both[2].clone()];
    assert_eq!(compare_commits(&both, true, None).cancelling.len(), 1);
}

#[test]
fn what_changes_the_database_comes_first() {
    let file = |path: &str, number: u64, patch: Option<&str>| FileOfChange {
        path: path.into(),
        pull_request: Some(number),
        commit: None,
        patch: patch.map(str::to_owned),
    };
    let files = [file("db/migrate/1.rb", 5, Some("+    remove_column :carts, :token")), file("db/migrate/2.rb", 6, None)];
    let side = compare_commits(&[commit("3", Some(7)), commit("2", Some(6)), commit("1", Some(5))], true, Some(&files));
    assert_eq!(numbers(&side), [Some(6), Some(5), Some(7)]);
    assert_eq!(side.changes[1].effect(), Some(MigrationEffect::Drops));
    assert_eq!(side.changes[0].effect(), Some(MigrationEffect::Unknown), "lines that were not read say nothing");
    assert_eq!(side.changes[2].effect(), None);
}

#[test]
fn what_a_migration_does() {
    for (patch, effect) in [
        ("+    remove_column :carts, :legacy_token", MigrationEffect::Drops),
        ("+ALTER TABLE carts DROP COLUMN legacy_token;", MigrationEffect::Drops),
        ("+        migrations.DeleteModel(name='Cart'),", MigrationEffect::Drops),
        ("+    change_column :orders, :total, :bigint", MigrationEffect::Retypes),
        ("+ALTER TABLE orders ALTER COLUMN total TYPE bigint;", MigrationEffect::Retypes),
        ("+    add_column :orders, :gift_card, :string", MigrationEffect::Adds),
        ("+CREATE UNIQUE INDEX CONCURRENTLY i ON orders (id);", MigrationEffect::Adds),
        // The gravest counts.
        ("+    add_column :orders, :a, :string\n+    drop_table :carts", MigrationEffect::Drops),
        // What takes the migration back is not run with it.
        ("+  def up\n+    create_table :gifts\n+  end\n+  def down\n+    drop_table :gifts\n+  end", MigrationEffect::Adds),
        ("+-- migrate:up\n+CREATE TABLE gifts ();\n+-- migrate:down\n+DROP TABLE gifts;", MigrationEffect::Adds),
        ("+    op.add_column('orders', gift)\n+    op.drop_column('orders', 'old')", MigrationEffect::Drops),
        ("+    table.renameColumn('a', 'b')\n+    table.string('c')", MigrationEffect::Retypes),
        ("+  return knex.schema.dropTableIfExists('old')", MigrationEffect::Drops),
        // A file that begins with the way back is taken as a whole.
        ("+  def down\n+    create_table :gifts\n+  end\n+  def up\n+    drop_table :gifts\n+  end", MigrationEffect::Drops),
        // Words of comments, of removed lines, and parts of other words.
        ("+    # drop_table was considered", MigrationEffect::Unknown),
        ("-    drop_table :carts", MigrationEffect::Unknown),
        ("+    no_drop_table_here", MigrationEffect::Unknown),
        ("+    execute File.read('x.sql')", MigrationEffect::Unknown),
        ("", MigrationEffect::Unknown),
    ] {
        assert_eq!(migration_effect(Some(patch)), effect, "{patch}");
    }
    assert_eq!(migration_effect(None), MigrationEffect::Unknown);
}

#[test]
fn names_of_config_that_differ() {
    let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let (base, head) = (names(&["A", "GONE", "SAME"]), names(&["A", "NEW", "SAME"]));
    let (differing, same) = compare_config(Some(&base), Some(&head), |_| None);
    let differing: Vec<(String, ConfigPresence)> = differing.into_iter().flatten().map(|c| (c.name, c.base)).collect();
    assert_eq!(differing, [("NEW".to_owned(), ConfigPresence::NotSet), ("GONE".to_owned(), ConfigPresence::Set)]);
    assert_eq!(same, Some(2));
    assert_eq!(compare_config(None, Some(&head), |_| None), (None, None), "not read is not equal");
}

fn side(commits: usize) -> ComparisonSide {
    ComparisonSide { commits, complete: true, ..ComparisonSide::default() }
}

#[test]
fn how_the_head_stands_to_the_base() {
    let (none, some) = (side(0), side(3));
    for (same, brings, lacks, expected) in [
        (true, None, None, Relation::Same),
        (false, Some(&some), Some(&none), Relation::Ahead),
        (false, Some(&none), Some(&some), Relation::Behind),
        (false, Some(&some), Some(&some), Relation::Differ),
        (false, Some(&none), Some(&none), Relation::Unknown),
        (false, Some(&some), None, Relation::Unknown),
        (false, None, Some(&some), Relation::Unknown),
    ] {
        assert_eq!(relation(same, brings, lacks), expected);
    }
}

fn release(environment: &str, version: u64) -> ComparedRelease {
    ComparedRelease {
        environment: environment.into(),
        app: format!("shop-{environment}"),
        version,
        code_version: None,
        commit: None,
        released_at: None,
        live: true,
    }
}

fn compared(relation: Relation, base: ComparedRelease, head: ComparedRelease) -> Comparison {
    let none = ComparisonSide { complete: true, ..ComparisonSide::default() };
    let (brings, lacks) = (none.clone(), none);
    Comparison { service: "shop".into(), base, head, relation, brings, lacks, config: None, config_same: None, gaps: Vec::new() }
}

#[test]
fn in_one_sentence() {
    let commits = [commit("3", None), commit("2", Some(6)), commit("1", Some(5))];
    let brings = |relation, brings: &[Commit]| Comparison {
        brings: compare_commits(brings, true, None),
        ..compared(relation, release("production", 655), release("staging", 902))
    };
    let lacks =
        |relation, brought: &[Commit]| Comparison { lacks: compare_commits(&commits[1..], true, None), ..brings(relation, brought) };
    let same = |config: Option<&[&str]>| Comparison {
        config: config.map(|names| {
            let set = names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
            compare_config(Some(&set), Some(&[]), |_| None).0.unwrap_or_default()
        }),
        ..compared(Relation::Same, release("production", 655), release("staging", 902))
    };
    let mut cut = brings(Relation::Ahead, &commits);
    cut.brings.complete = false;
    let past = ComparedRelease { live: false, ..release("staging", 880) };
    for (comparison, expected) in [
        (brings(Relation::Ahead, &commits), "Staging brings 2 PRs and 1 commit."),
        (brings(Relation::Ahead, &commits[2..]), "Staging brings 1 PR."),
        (brings(Relation::Ahead, &commits[..1]), "Staging brings 1 commit."),
        (brings(Relation::Ahead, &[reverting("2", 9, 7), commit("1", Some(7))]), "Staging brings nothing: 2 commits cancel each other."),
        (cut, "Staging brings more than 3 commits."),
        (lacks(Relation::Behind, &[]), "Nothing to bring: production is ahead by 2 PRs."),
        (lacks(Relation::Differ, &commits[..1]), "Each has what the other lacks: staging brings 1 commit, and lacks 2 PRs."),
        (brings(Relation::Unknown, &[]), "How staging stands to production is not known."),
        (same(None), "The same code. Whether the names of config differ is not known."),
        (same(Some(&[])), "The same code and the same names of config."),
        (same(Some(&["A"])), "The same code. 1 config name differs."),
        (same(Some(&["A", "B"])), "The same code. 2 config names differ."),
        (compared(Relation::Same, release("staging", 902), release("staging", 902)), "This is one and the same release."),
        (compared(Relation::Unknown, release("staging", 901), release("staging", 902)), "How v902 stands to v901 is not known."),
        (
            Comparison {
                brings: compare_commits(&commits, true, None),
                ..compared(Relation::Ahead, release("staging", 901), release("staging", 902))
            },
            "v902 brings 2 PRs and 1 commit.",
        ),
        (compared(Relation::Unknown, release("production", 655), past), "How staging v880 stands to production is not known."),
    ] {
        assert_eq!(sentence(&comparison), expected);
    }
}

#[test]
fn as_markdown() {
    let files =
        [FileOfChange { path: "db/migrate/1.rb".into(), pull_request: Some(5), commit: None, patch: Some("+ drop_table :carts".into()) }];
    let mut hostile = commit("2222222222", None);
    hostile.title = "A *bold* `title` <b>\nand more".into();
    let comparison = Comparison {
        service: "shop".into(),
        base: release("production", 655),
        head: release("staging", 902),
        relation: Relation::Ahead,
        brings: compare_commits(&[hostile, commit("1", Some(5))], true, Some(&files)),
        lacks: ComparisonSide::default(),
        config: None,
        config_same: None,
        gaps: vec!["Names of config could not be read".into()],
    };
    let expected = "## shop: production v655 to staging v902\n\n### Migrations\n\n- Change 1 #5, nadia-k (drops data)\n\n\
        ### Other changes\n\n- A \\*bold\\* \\`title\\` \\<b\\> and more `2222222`, nadia-k\n\nNot known: Names of config could not be read\n";
    assert_eq!(markdown(&comparison), expected);
    let (config, _) = compare_config(Some(&[]), Some(&["NEW".to_owned()]), |_| None);
    let apart = Comparison { config: config.clone(), ..compared(Relation::Same, release("production", 655), release("staging", 902)) };
    assert!(markdown(&apart).ends_with("\nConfig not set on production: `NEW`\n"));
    let of_one = Comparison { config, ..compared(Relation::Same, release("staging", 901), release("staging", 902)) };
    assert!(markdown(&of_one).ends_with("\nConfig not set on v901: `NEW`\n"));
    let unread = Comparison {
        brings: ComparisonSide::default(),
        gaps: vec!["It could not be read".into()],
        ..compared(Relation::Unknown, release("staging", 901), release("staging", 902))
    };
    assert_eq!(markdown(&unread), "## shop: v901 to v902\n\nNot known: It could not be read\n");
}

proptest! {
    /// Whatever is reverted by what, nothing is dropped and nothing stands in two places.
    #[test]
    fn all_commits_are_accounted_for(history in prop::collection::vec((prop::option::of(1..6_u64), prop::collection::vec(1..6_u64, 0..2)), 0..20)) {
        let commits: Vec<Commit> = history.iter().enumerate().map(|(at, (number, of))| {
            Commit { pull_request_reverts: of.clone(), ..commit(&format!("{at:08}"), *number) }
        }).collect();
        let side = compare_commits(&commits, true, None);
        prop_assert_eq!(accounted(&side), commits.len());
    }
}
