//! Files by GraphQL, `object(expression: "HEAD:path")` and `Commit.file`, and by REST, `/contents/…`; and the repositories of the
//! token's user.

use apollo_compiler::resolvers::{FieldError, ResolveInfo};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::answers::not_found;
use super::connection::{Node, Out, arg, connect, leaf, maybe, null, plain};
use super::objects::Context;
use crate::http::Reply;
use crate::world::Oid;
use crate::world::World;
use crate::world::trees::Item;

impl Context<'_> {
    /// Resolves `REVISION:PATH`; a folder is a tree, a file is a blob.
    pub(super) fn file(&self, service: usize, expression: &str) -> Out {
        let Some((revision, path)) = expression.split_once(':') else { return null() };
        let commit = self.world.services[service].repo.resolve(revision).map(|commit| commit.oid.clone());
        maybe(commit.and_then(|oid| self.tree_or_blob(service, &oid, path)))
    }

    /// `Commit.file`: an entry for a file or a folder. The root of the tree has none.
    pub(super) fn tree_entry(&self, service: usize, oid: &Oid, path: &str) -> Option<Node> {
        let item = self.world.item_at(service, oid, path).filter(|_| !path.trim_matches('/').is_empty())?;
        let name = path.trim_matches('/').rsplit('/').next().unwrap_or_default();
        self.file_entry(service, oid, path, name, &item)
    }

    fn file_entry(&self, service: usize, commit: &Oid, path: &str, name: &str, item: &Item) -> Option<Node> {
        let repo = &self.world.services[service].repo;
        let (mode, kind, size) = match item {
            Item::File(file) => (file.mode, "blob", file.bytes.len()),
            Item::Folder(_) => (0o40_000, "tree", 0),
        };
        let fields = vec![
            ("name", leaf(name)),
            ("path", leaf(path)),
            ("mode", leaf(mode)),
            ("type", leaf(kind)),
            ("oid", leaf(oid(&repo.id, path, item))),
            ("size", leaf(size)),
            ("object", Out::One(self.tree_or_blob(service, commit, path)?)),
        ];
        Some(plain("TreeEntry", fields))
    }

    fn tree_or_blob(&self, service: usize, commit: &Oid, path: &str) -> Option<Node> {
        let kind = |item: &Item| if matches!(item, Item::File(_)) { "Blob" } else { "Tree" };
        let item = self.world.item_at(service, commit, path)?;
        let repo = &self.world.services[service].repo;
        let (id, place) = (oid(&repo.id, path, &item), format!("/{}/{}", repo.owner, repo.name));
        let mut fields = vec![
            ("id", leaf(format!("{}_{id}", &kind(&item)[..1]))),
            ("oid", leaf(id.clone())),
            ("abbreviatedOid", leaf(&id[..7])),
            ("commitResourcePath", leaf(format!("{place}/commit/{commit}"))),
            ("commitUrl", leaf(format!("{}{place}/commit/{commit}", self.url))),
            ("repository", Out::One(Node::Repo(service))),
        ];
        let kind = kind(&item);
        match item {
            Item::File(file) => {
                let text = (!file.is_binary()).then(|| String::from_utf8_lossy(&file.bytes).into_owned());
                fields.extend([
                    ("byteSize", leaf(file.bytes.len())),
                    ("isBinary", leaf(file.is_binary())),
                    ("isTruncated", leaf(false)),
                    ("text", text.map_or_else(null, leaf)),
                ]);
            }
            Item::Folder(entries) => {
                let entries = entries.keys().filter_map(|name| {
                    let path = format!("{path}/{name}").trim_start_matches('/').to_owned();
                    let item = self.world.item_at(service, commit, &path)?;
                    Some(Out::One(self.file_entry(service, commit, &path, name, &item)?))
                });
                fields.push(("entries", Out::Many(entries.collect())));
            }
        }
        Some(plain(kind, fields))
    }

    /// The viewer is a user who has repositories.
    pub(super) fn viewer(&self, info: &ResolveInfo<'_>) -> Result<Out, FieldError> {
        if info.field_name() == "repositories" {
            return self.repositories(info);
        }
        let Node::Plain(_, fields) = self.user(&self.world.viewer) else { return Ok(null()) };
        Ok(fields.into_iter().find(|(name, _)| *name == info.field_name()).map_or_else(null, |(_, out)| out))
    }

    fn repositories(&self, info: &ResolveInfo<'_>) -> Result<Out, FieldError> {
        let mut services: Vec<usize> = (0..self.world.services.len()).collect();
        let order = arg(info, "orderBy").unwrap_or_default();
        match order["field"].as_str() {
            Some("PUSHED_AT" | "UPDATED_AT") => services.sort_by_key(|s| (pushed(self.world, *s), *s)),
            Some("NAME") => services.sort_by_key(|s| self.world.services[*s].repo.name.clone()),
            _ => {}
        }
        if order["direction"] == "DESC" {
            services.reverse();
        }
        connect(info, "RepositoryConnection", services.into_iter().map(|s| Out::One(Node::Repo(s))).collect())
    }
}

/// When main last changed.
pub(super) fn pushed(world: &World, service: usize) -> String {
    let repo = &world.services[service].repo;
    repo.commit(repo.main()).map_or_else(String::new, |commit| world.when(commit.committed))
}

/// `GET /repos/{owner}/{repo}/contents/{path}`, at the commit that `reference` names.
pub(super) fn rest(world: &World, url: &str, service: usize, path: &str, reference: Option<&str>) -> Reply {
    let at = reference.unwrap_or("main");
    let Some(commit) = world.services[service].repo.resolve(at).map(|commit| commit.oid.clone()) else { return not_found() };
    let place = Place { world, url, service, commit: &commit, at };
    match world.item_at(service, &commit, path) {
        Some(Item::File(file)) => {
            let mut view = place.entry(path, false);
            // GitHub breaks the lines of base64 after 60 characters.
            let lines = STANDARD.encode(&file.bytes);
            let lines: Vec<&str> = lines.as_bytes().chunks(60).filter_map(|line| std::str::from_utf8(line).ok()).collect();
            view["encoding"] = json!("base64");
            view["content"] = json!(format!("{}\n", lines.join("\n")));
            view["size"] = json!(file.bytes.len());
            Reply::json(200, &view)
        }
        Some(Item::Folder(entries)) => {
            let path = |name: &str| format!("{path}/{name}").trim_start_matches('/').to_owned();
            Reply::json(200, &entries.iter().map(|(name, folder)| place.entry(&path(name), *folder)).collect())
        }
        None => not_found(),
    }
}

/// Where REST looks for files.
struct Place<'a> {
    world: &'a World,
    url: &'a str,
    service: usize,
    commit: &'a Oid,
    /// How the call named the commit.
    at: &'a str,
}

impl Place<'_> {
    fn entry(&self, path: &str, folder: bool) -> Value {
        let Self { world, url, service, commit, at } = *self;
        let repo = &world.services[service].repo;
        let item = world.item_at(service, commit, path);
        let sha = item.as_ref().map_or_else(String::new, |item| oid(&repo.id, path, item));
        let place = format!("{}/{}", repo.owner, repo.name);
        let (kind, object) = if folder { ("dir", "tree") } else { ("file", "blob") };
        let own = format!("{url}/repos/{place}/contents/{path}?ref={at}");
        let git = format!("{url}/repos/{place}/git/{object}s/{sha}");
        let html = format!("{url}/{place}/{object}/{at}/{path}");
        let size = match &item {
            Some(Item::File(file)) => file.bytes.len(),
            Some(Item::Folder(_)) | None => 0,
        };
        json!({
            "type": kind, "name": path.rsplit('/').next(), "path": path, "sha": sha, "size": size, "url": own, "git_url": git,
            "html_url": html, "download_url": (!folder).then(|| format!("{url}/raw/{place}/{at}/{path}")),
            "_links": {"self": own, "git": git, "html": html},
        })
    }
}

/// Forty hexadecimal digits that depend on the content; not git's own hash.
fn oid(repo: &str, path: &str, item: &Item) -> String {
    let bytes: Vec<u8> = match item {
        Item::File(file) => file.bytes.clone(),
        Item::Folder(entries) => entries.keys().flat_map(|name| name.bytes()).collect(),
    };
    let hash = |seed: u64| {
        let all = bytes.iter().copied().chain(path.bytes()).chain(repo.bytes());
        all.fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
    };
    format!("{:016x}{:016x}{:08x}", hash(0xcbf2_9ce4_8422_2325), hash(7), hash(11) as u32)
}
