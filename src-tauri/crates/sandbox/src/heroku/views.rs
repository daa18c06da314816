//! Heroku's JSON.

use serde_json::{Value, json};

use super::answers::error;
use crate::http::Reply;
use crate::world::World;
use crate::world::heroku_pipeline::{Coupling, HerokuPipeline};
use crate::world::release::{Images, Release, ReleaseStatus, Slug};

const CEDAR: &str = "4cf1fcd5-5e1f-4d34-9a5f-d07ab2b2c7a1";
const TEAM: &str = "5a1dac3e-0000-4000-8000-00000000acee";
const STANDARD_2X: &str = "7d5a1d2f-0000-4000-8000-0000000002cc";

pub(super) struct View<'w> {
    pub world: &'w World,
    pub url: &'w str,
}

pub(super) fn account(world: &World) -> Value {
    json!({
        "id": "9d4f5a1d-0000-4000-8000-00000000acee", "email": world.viewer.email, "name": world.viewer.name, "verified": true,
        "beta": false, "allow_tracking": false, "federated": false, "two_factor_authentication": true,
        "created_at": "2021-02-03T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "last_login": world.stamp(0),
        "default_organization": null, "default_team": null, "delinquent_at": null, "suspended_at": null,
        "sms_number": null, "country_of_residence": null, "identity_provider": null,
    })
}

/// Every app of the sandbox belongs to one team.
pub(super) fn team(name_or_id: &str) -> Reply {
    if name_or_id != TEAM && name_or_id != "acme" {
        return error(404, "not_found", "Couldn't find that team.");
    }
    let (began, provisioned) = ("2021-02-03T08:00:00Z", false);
    let team = json!({
        "id": TEAM, "name": "acme", "type": "team", "default": false, "role": "member", "created_at": began, "updated_at": began,
        "credit_card_collections": true, "provisioned_licenses": provisioned, "membership_limit": 25, "enterprise_account": null,
        "identity_provider": null,
    });
    Reply::json(200, &team)
}

pub(super) fn status(status: ReleaseStatus) -> &'static str {
    match status {
        ReleaseStatus::Pending => "pending",
        ReleaseStatus::Succeeded => "succeeded",
        ReleaseStatus::Failed => "failed",
        ReleaseStatus::Expired => "expired",
    }
}

/// As `Release.artifacts`; images of a registry are in no particular order.
fn artifacts(images: Option<Images>, release: &Release) -> Value {
    let Some(code) = &release.slug else { return json!([]) };
    let image = |id: &str| json!({"id": id, "type": "oci-image"});
    match images {
        None => json!([{"id": code, "type": "slug"}]),
        Some(Images::Built) => json!([image(code)]),
        Some(Images::Pushed) => {
            let worker = format!("{}{}", &code[..28], "0e0e0e0e");
            let mut both = [image(code), image(&worker)];
            if release.version.is_multiple_of(2) {
                both.reverse();
            }
            json!(both)
        }
    }
}

fn command(process: &str) -> String {
    match process {
        "web" => "bundle exec puma".to_owned(),
        "worker" => "bundle exec sidekiq".to_owned(),
        other => format!("bin/{other}"),
    }
}

impl View<'_> {
    pub(super) fn user(&self, email: &str) -> Value {
        let id = email.bytes().fold(7u64, |h, b| h.wrapping_mul(31).wrapping_add(b.into())) & 0xffff_ffff_ffff;
        json!({"id": format!("5a1d5a1d-0000-4000-8000-{id:012x}"), "email": email})
    }

    pub(super) fn app(&self, app: usize) -> Value {
        let a = &self.world.apps[app];
        let (stack, generation) = match a.images {
            None => ("heroku-24", "cedar"),
            Some(Images::Built) => ("cnb", "fir"),
            Some(Images::Pushed) => ("container", "cedar"),
        };
        let stack = json!({"id": "0d1d5a1d-0000-4000-8000-000000000024", "name": stack});
        let released = a.releases.last().map_or(a.created, |r| r.created);
        json!({
            "id": a.id, "name": a.name, "maintenance": a.maintenance, "acm": true, "archived_at": null,
            "buildpack_provided_description": "Ruby", "build_stack": stack, "stack": stack, "generation": {"id": CEDAR, "name": generation},
            "created_at": self.world.stamp(a.created), "updated_at": self.world.stamp(released), "released_at": self.world.stamp(released),
            "git_url": format!("https://git.heroku.com/{}.git", a.name), "web_url": format!("https://{}.herokuapp.com/", a.name),
            "owner": self.user("acme@herokumanager.com"), "organization": {"id": TEAM, "name": "acme"}, "team": {"id": TEAM, "name": "acme"},
            "region": {"id": "ed30241c-ed8c-4bb6-9714-61953675d0b4", "name": "eu"}, "space": null, "internal_routing": false,
            "repo_size": 0, "slug_size": 61_000_000,
        })
    }

    pub(super) fn release(&self, app: usize, release: usize) -> Value {
        let a = &self.world.apps[app];
        let r = &a.releases[release];
        json!({
            "id": r.id, "version": r.version, "status": status(r.status), "current": a.current() == Some(release),
            "eligible_for_rollback": a.eligible(release), "description": r.description,
            "slug": r.slug.as_ref().filter(|_| a.images.is_none()).map(|id| json!({"id": id})), "user": self.user(&r.user),
            "app": {"id": a.id, "name": a.name}, "addon_plan_names": r.plans, "artifacts": artifacts(a.images, r),
            "output_stream_url": (!a.builds_only).then(|| format!("{}/release-output/{}", self.url, r.id)),
            "created_at": self.world.stamp(r.created), "updated_at": self.world.stamp(r.updated),
        })
    }

    /// An image has the id that its slug would have.
    pub(super) fn image(&self, slug: &Slug) -> Value {
        let command = "bundle exec puma";
        let web = json!({"name": "web", "command": command, "display_cmd": command, "working_dir": "/workspace", "default": true});
        json!({
            "id": slug.id, "digest": format!("sha256:{}", slug.id.replace('-', "")), "commit": slug.commit, "commit_description": "",
            "architecture": "arm64", "base_image_name": "heroku/heroku:24", "base_top_layer": "sha256:ea36", "buildpacks": [],
            "image_repo": format!("{}/builds", slug.id), "stack": {"id": "0d1d5a1d-0000-4000-8000-000000000024", "name": "cnb"},
            "process_types": {"web": web},
            "created_at": self.world.stamp(slug.created), "updated_at": self.world.stamp(slug.created), "deleted_at": null,
        })
    }

    pub(super) fn slug(&self, slug: &Slug) -> Value {
        json!({
            "id": slug.id, "commit": slug.commit, "commit_description": null, "size": 61_000_000, "checksum": format!("SHA256:{}", slug.commit),
            "buildpack_provided_description": "Ruby", "process_types": {"web": "bundle exec puma", "worker": "bundle exec sidekiq", "release": "bin/rails db:migrate"},
            "stack": {"id": "0d1d5a1d-0000-4000-8000-000000000024", "name": "heroku-24"},
            "blob": {"method": "get", "url": format!("{}/slug-blobs/{}", self.url, slug.id)},
            "created_at": self.world.stamp(slug.created), "updated_at": self.world.stamp(slug.created), "deleted_at": null,
        })
    }

    pub(super) fn dyno(&self, app: usize, dyno: usize) -> Value {
        let a = &self.world.apps[app];
        let d = &a.dynos[dyno];
        let release = a.releases.iter().find(|r| r.version == d.version).or(a.releases.last());
        json!({
            "id": format!("{}{dyno:012x}", &a.id[..24]), "name": d.name, "type": d.process, "size": "Standard-2X",
            "attach_url": d.attached.then_some("rendezvous://rendezvous.runtime.heroku.com:5000/5a1d"),
            "state": d.state.word(), "command": command(&d.process),
            "release": release.map(|r| json!({"id": r.id, "version": r.version})), "app": {"id": a.id, "name": a.name},
            "created_at": self.world.stamp(d.since), "updated_at": self.world.stamp(d.since),
        })
    }

    pub(super) fn process_type(&self, app: usize, index: usize) -> Value {
        let a = &self.world.apps[app];
        let (name, quantity) = &a.formation[index];
        json!({
            "id": format!("{}{index:012x}", &a.id[..24]), "type": name, "size": "Standard-2X",
            "dyno_size": {"id": STANDARD_2X, "name": "standard-2x"}, "command": command(name),
            "quantity": quantity, "app": {"id": a.id, "name": a.name},
            "created_at": self.world.stamp(a.created), "updated_at": self.world.stamp(a.created),
        })
    }

    pub(super) fn build(&self, app: usize, build: usize) -> Value {
        let a = &self.world.apps[app];
        let b = &a.builds[build];
        json!({
            "id": b.id, "status": status(b.status), "app": {"id": a.id}, "stack": "heroku-24",
            "buildpacks": [{"name": "heroku/ruby", "url": "urn:buildpack:heroku/ruby"}], "generation": "cedar",
            "source_blob": {"version": b.commit, "url": format!("{}/sources/{}", self.url, b.id), "checksum": null, "version_description": null},
            "slug": b.slug.as_ref().map(|id| json!({"id": id})), "release": b.release.as_ref().map(|id| json!({"id": id})),
            "user": self.user(&b.user), "output_stream_url": format!("{}/build-output/{}", self.url, b.id),
            "created_at": self.world.stamp(b.created), "updated_at": self.world.stamp(b.updated),
        })
    }

    pub(super) fn preboot(&self, app: usize) -> Value {
        let a = &self.world.apps[app];
        json!({
            "id": "d9a1d5a1-0000-4000-8000-0000000b0075", "name": "preboot", "display_name": "Preboot", "enabled": a.preboot, "state": "general",
            "description": "Provide seamless web dyno deploys", "doc_url": "https://devcenter.heroku.com/articles/preboot",
            "feedback_email": "preboot-feedback@heroku.com", "created_at": self.world.stamp(a.created), "updated_at": self.world.stamp(a.created),
        })
    }

    pub(super) fn promotion(&self, promotion: usize) -> Value {
        let p = &self.world.promotions[promotion];
        let (app, release) = p.source;
        let pending = p.targets.iter().any(|t| self.world.target_status(t) == ReleaseStatus::Pending);
        json!({
            "id": p.id, "pipeline": {"id": p.pipeline}, "status": if pending { "pending" } else { "completed" },
            "source": {"app": {"id": self.world.apps[app].id}, "release": {"id": self.world.apps[app].releases[release].id}},
            "created_at": self.world.stamp(p.created), "updated_at": self.world.stamp(p.updated),
        })
    }

    pub(super) fn targets(&self, promotion: usize) -> Value {
        let p = &self.world.promotions[promotion];
        let one = |t: &crate::world::promotion::Target| {
            let found = self.world.target_status(t);
            let phase = (found == ReleaseStatus::Failed && t.error.is_none()).then(|| "Release command failed.".to_owned());
            json!({
                "id": t.id, "pipeline_promotion": {"id": p.id}, "app": {"id": self.world.apps[t.app].id}, "status": status(found),
                "error_message": t.error.clone().or(phase), "release": t.release.map(|r| json!({"id": self.world.apps[t.app].releases[r].id})),
            })
        };
        p.targets.iter().map(one).collect()
    }

    pub(super) fn pipeline(&self, pipeline: &HerokuPipeline) -> Value {
        json!({"id": pipeline.id, "name": pipeline.name, "owner": {"id": TEAM, "type": "team"}, "generation": {"id": CEDAR, "name": "cedar"},
            "created_at": "2021-03-04T09:00:00Z", "updated_at": "2021-03-04T09:00:00Z"})
    }

    pub(super) fn coupling(&self, pipeline: &HerokuPipeline, coupling: &Coupling) -> Value {
        json!({"id": coupling.id, "app": {"id": self.world.apps[coupling.app].id}, "stage": coupling.stage, "pipeline": {"id": pipeline.id},
            "created_at": "2021-03-04T09:00:00Z", "updated_at": "2021-03-04T09:00:00Z"})
    }
}
