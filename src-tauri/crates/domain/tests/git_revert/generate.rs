//! Histories from a seed: edits near and far from each other, three ways of merging, reverts, renames, removals.

use std::collections::{BTreeMap, BTreeSet};

pub(crate) struct Rng(u64);

impl Rng {
    /// Below `n`.
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n.max(1)
    }

    fn of_hundred(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) bytes: Vec<u8>,
    pub(crate) executable: bool,
}

pub(crate) type Tree = BTreeMap<String, File>;

pub(crate) struct Commit {
    pub(crate) tree: Tree,
    /// Places in the list of commits.
    pub(crate) parents: Vec<usize>,
    pub(crate) message: String,
}

/// A pull request on the main branch.
pub(crate) struct Landing {
    pub(crate) number: u64,
    /// Places in the list of commits: what was there before, then what it put there.
    pub(crate) commits: Vec<usize>,
}

pub(crate) struct History {
    pub(crate) commits: Vec<Commit>,
    pub(crate) landings: Vec<Landing>,
    /// The place of the landing that is reverted.
    pub(crate) target: usize,
    pub(crate) tip: usize,
}

/// Lines that occur more than once make the matching of lines ambiguous, as in real files.
const COMMON: [&str; 6] = ["end", "", "  }", "  return value", "  else", "begin"];

struct Generator {
    rng: Rng,
    commits: Vec<Commit>,
    landings: Vec<Landing>,
    main: usize,
    lines: usize,
    /// The place of a landing that was reverted.
    reverted: Option<usize>,
}

pub(crate) fn generate(seed: u64) -> History {
    let mut generator = Generator {
        rng: Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
        commits: Vec::new(),
        landings: Vec::new(),
        main: 0,
        lines: 0,
        reverted: None,
    };
    for _ in 0..seed % 7 {
        generator.rng.below(2);
    }
    generator.start();
    for number in 1..=3 + generator.rng.below(5) as u64 {
        generator.land(number);
    }
    let any = generator.rng.below(generator.landings.len());
    let target = generator.reverted.filter(|_| generator.rng.of_hundred(50)).unwrap_or(any);
    History { tip: generator.main, commits: generator.commits, landings: generator.landings, target }
}

impl Generator {
    fn start(&mut self) {
        let mut tree = Tree::new();
        for path in ["app/models/order.rb", "app/models/basket.rb", "lib/price.rb", "README.md"] {
            let file = self.new_file();
            tree.insert(path.to_owned(), file);
        }
        if self.rng.of_hundred(8) {
            let attributes = if self.rng.of_hundred(50) { "*.rb merge=union\n" } else { "*.png binary\n" };
            tree.insert(".gitattributes".to_owned(), File { bytes: attributes.into(), executable: false });
        }
        self.commits.push(Commit { tree, parents: Vec::new(), message: "Begin".to_owned() });
    }

    fn line(&mut self) -> String {
        self.lines += 1;
        if self.rng.of_hundred(25) { COMMON[self.rng.below(COMMON.len())].to_owned() } else { format!("  line {}", self.lines) }
    }

    fn new_file(&mut self) -> File {
        let count = 8 + self.rng.below(30);
        let end = if self.rng.of_hundred(20) { "\r\n" } else { "\n" };
        let mut text: String = (0..count).map(|_| self.line() + end).collect();
        if self.rng.of_hundred(20) {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        File { bytes: text.into_bytes(), executable: false }
    }

    /// As a code host words it: with the number of the pull request.
    fn landed(&mut self, number: u64, tree: Tree, parents: Vec<usize>) -> usize {
        let message = match parents.len() {
            1 => format!("Change {number} (#{number})"),
            _ => format!("Merge pull request #{number} from acme/change-{number}\n\nChange {number}"),
        };
        self.commits.push(Commit { tree, parents, message });
        self.commits.len() - 1
    }

    /// A commit of a pull request's own branch.
    fn commit(&mut self, tree: Tree, parents: Vec<usize>) -> usize {
        self.commits.push(Commit { tree, parents, message: "Work".to_owned() });
        self.commits.len() - 1
    }

    fn land(&mut self, number: u64) {
        let before = self.main;
        if self.landings.len() > 1 && self.rng.of_hundred(25) && (0..4).any(|_| self.land_revert(number)) {
            return;
        }
        let mut trees = Vec::new();
        let mut tree = self.commits[before].tree.clone();
        for _ in 0..1 + self.rng.below(3) {
            self.change(&mut tree);
            trees.push(tree.clone());
        }
        let commits = match self.rng.below(3) {
            // By a rebase.
            0 => trees.into_iter().fold(vec![before], |mut commits, tree| {
                let parent = commits[commits.len() - 1];
                commits.push(self.landed(number, tree, vec![parent]));
                commits
            }),
            // By a merge commit.
            1 => {
                let head = trees.into_iter().fold(before, |parent, tree| self.commit(tree, vec![parent]));
                vec![before, self.landed(number, tree, vec![before, head])]
            }
            _ => vec![before, self.landed(number, tree, vec![before])],
        };
        self.main = commits[commits.len() - 1];
        self.landings.push(Landing { number, commits });
    }

    /// Takes an earlier one out again, where nothing touched its files since.
    fn land_revert(&mut self, number: u64) -> bool {
        let place = self.landings.len() - 1 - self.rng.below(2);
        let earlier = &self.landings[place];
        let before = &self.commits[earlier.commits[0]].tree;
        let after = &self.commits[earlier.commits[earlier.commits.len() - 1]].tree;
        let mut tree = self.commits[self.main].tree.clone();
        let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for path in paths.into_iter().filter(|path| before.get(*path) != after.get(*path)) {
            if tree.get(path) != after.get(path) {
                return false;
            }
            match before.get(path) {
                Some(file) => drop(tree.insert(path.clone(), file.clone())),
                None => drop(tree.remove(path)),
            }
        }
        self.reverted = Some(place);
        let parent = self.main;
        self.main = self.landed(number, tree, vec![parent]);
        self.landings.push(Landing { number, commits: vec![parent, self.main] });
        true
    }

    fn change(&mut self, tree: &mut Tree) {
        for _ in 0..1 + self.rng.below(3) {
            let paths: Vec<String> = tree.keys().filter(|path| *path != ".gitattributes").cloned().collect();
            let path = paths[self.rng.below(paths.len())].clone();
            match self.rng.below(160) {
                0..=5 => {
                    let file = self.new_file();
                    tree.insert(format!("app/new_{}.rb", self.lines), file);
                }
                6..=8 if paths.len() > 2 => drop(tree.remove(&path)),
                9..=10 => {
                    let mut file = tree.remove(&path).unwrap();
                    if self.rng.of_hundred(50) {
                        self.edit(&mut file);
                    }
                    tree.insert(format!("moved/{}_{path}", self.lines), file);
                }
                11 => drop(tree.insert("logo.png".to_owned(), File { bytes: vec![0, self.lines as u8, 1], executable: false })),
                12 => tree.get_mut(&path).unwrap().executable ^= true,
                _ => self.edit(tree.get_mut(&path).unwrap()),
            }
        }
    }

    /// Replaces, adds or removes up to three lines.
    fn edit(&mut self, file: &mut File) {
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let at = self.rng.below(lines.len() + 1);
        let (gone, come) = match self.rng.below(3) {
            0 => (0, 1 + self.rng.below(3)),
            1 => (1 + self.rng.below(3), 0),
            _ => (1 + self.rng.below(2), 1 + self.rng.below(2)),
        };
        let until = (at + gone).min(lines.len());
        let new: Vec<String> = (0..come).map(|_| self.line() + end).collect();
        lines.splice(at..until, new);
        file.bytes = lines.concat().into_bytes();
        if file.bytes.is_empty() {
            file.bytes = b"empty\n".to_vec();
        }
    }
}
