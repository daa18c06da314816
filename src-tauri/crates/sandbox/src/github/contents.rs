//! Files by GraphQL, `object(expression: "HEAD:path")`, and by REST, `/contents/…`; and the repositories of the
//! token's user.

use apollo_compiler::resolvers::{FieldError, ResolveInfo};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::answers::not_found;
use super::connection::{Node, Out, arg, connect, leaf, maybe, null, plain};
use super::objects::Context;
use crate::http::Reply;
use crate::world::World;
use crate::world::contents::Item;

impl Context<'_> {
    /// Resolves `REVISION:PATH`; a folder is a tree, a file is a blob.
    pub(super) fn file(&self, service: usize, expression: &str) -> Out {
        let Some((revision, path)) = expression.split_once(':') else { return null() };
        let known = self.world.services[service].repo.resolve(revision).is_some();
        maybe(known.then(|| self.tree_or_blob(service, path)).flatten())
    }

    fn tree_or_blob(&self, service: usize, path: &str) -> Option<Node> {
        let kind = |item: &Item| if matches!(item, Item::File(_)) { "Blob" } else { "Tree" };
        let item = self.world.item(service, path)?;
        let repo = &self.world.services[service].repo;
        let (id, place) = (oid(&repo.id, path, &item), format!("/{}/{}", repo.owner, repo.name));
        let mut fields = vec![
            ("id", leaf(format!("{}_{id}", &kind(&item)[..1]))),
            ("oid", leaf(id.clone())),
            ("abbreviatedOid", leaf(&id[..7])),
            ("commitResourcePath", leaf(format!("{place}/commit/{}", repo.main()))),
            ("commitUrl", leaf(format!("{}{place}/commit/{}", self.url, repo.main()))),
            ("repository", Out::One(Node::Repo(service))),
        ];
        let kind = kind(&item);
        match item {
            Item::File(text) => fields.extend([
                ("byteSize", leaf(text.len())),
                ("isBinary", leaf(false)),
                ("isTruncated", leaf(false)),
                ("text", leaf(text)),
            ]),
            Item::Folder(entries) => {
                let entries = entries.iter().filter_map(|(name, folder)| {
                    let path = format!("{path}/{name}").trim_start_matches('/').to_owned();
                    let object = self.tree_or_blob(service, &path)?;
                    Some(Out::One(plain(
                        "TreeEntry",
                        vec![
                            ("name", leaf(name.clone())),
                            ("path", leaf(path)),
                            ("mode", leaf(if *folder { 0o40_000 } else { 0o100_644 })),
                            ("type", leaf(if *folder { "tree" } else { "blob" })),
                            ("object", Out::One(object)),
                        ],
                    )))
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

/// `GET /repos/{owner}/{repo}/contents/{path}`
pub(super) fn rest(world: &World, url: &str, service: usize, path: &str) -> Reply {
    match world.item(service, path) {
        Some(Item::File(text)) => {
            let mut view = entry(world, url, service, path, false);
            // GitHub breaks the lines of base64 after 60 characters.
            let lines = STANDARD.encode(&text);
            let lines: Vec<&str> = lines.as_bytes().chunks(60).filter_map(|line| std::str::from_utf8(line).ok()).collect();
            view["encoding"] = json!("base64");
            view["content"] = json!(format!("{}\n", lines.join("\n")));
            view["size"] = json!(text.len());
            Reply::json(200, &view)
        }
        Some(Item::Folder(entries)) => {
            let path = |name: &str| format!("{path}/{name}").trim_start_matches('/').to_owned();
            Reply::json(200, &entries.iter().map(|(name, folder)| entry(world, url, service, &path(name), *folder)).collect())
        }
        None => not_found(),
    }
}

fn entry(world: &World, url: &str, service: usize, path: &str, folder: bool) -> Value {
    let repo = &world.services[service].repo;
    let item = world.item(service, path);
    let sha = item.as_ref().map_or_else(String::new, |item| oid(&repo.id, path, item));
    let place = format!("{}/{}", repo.owner, repo.name);
    let (kind, object) = if folder { ("dir", "tree") } else { ("file", "blob") };
    let own = format!("{url}/repos/{place}/contents/{path}?ref=main");
    let git = format!("{url}/repos/{place}/git/{object}s/{sha}");
    let html = format!("{url}/{place}/{object}/main/{path}");
    let size = match &item {
        Some(Item::File(text)) => text.len(),
        Some(Item::Folder(_)) | None => 0,
    };
    json!({
        "type": kind, "name": path.rsplit('/').next(), "path": path, "sha": sha, "size": size, "url": own, "git_url": git, "html_url": html,
        "download_url": (!folder).then(|| format!("{url}/raw/{place}/main/{path}")), "_links": {"self": own, "git": git, "html": html},
    })
}

/// Forty hexadecimal digits that depend on the content; not git's own hash.
fn oid(repo: &str, path: &str, item: &Item) -> String {
    let text = match item {
        Item::File(text) => text.clone(),
        Item::Folder(entries) => entries.keys().cloned().collect(),
    };
    let hash = |seed: u64| {
        text.bytes().chain(path.bytes()).chain(repo.bytes()).fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
    };
    format!("{:016x}{:016x}{:08x}", hash(0xcbf2_9ce4_8422_2325), hash(7), hash(11) as u32)
}
