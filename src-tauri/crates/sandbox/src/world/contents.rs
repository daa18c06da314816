//! The files that every repository begins with, as far as clients read their text.

use std::collections::BTreeMap;

use super::service::Ci;
use super::state::{Contents, World};

impl World {
    /// The files of the `set-ups` scenario, or those of an ordinary service.
    pub fn files(&self, service: usize) -> Contents {
        self.contents.get(&service).cloned().unwrap_or_else(|| self.ordinary(service))
    }

    fn ordinary(&self, service: usize) -> Contents {
        let mut files = match self.services[service].ci {
            Ci::Circleci => self.circleci_files(service),
            Ci::Actions => self.actions_files(service),
        };
        files.insert(
            "Procfile".to_owned(),
            "web: bundle exec puma\nworker: bundle exec sidekiq\nrelease: bin/rails db:migrate\n".to_owned(),
        );
        files.insert("README.md".to_owned(), format!("# {}\n", self.services[service].name));
        files
    }

    /// The workflows of its runs: two of every push, and one on a schedule.
    fn actions_files(&self, service: usize) -> Contents {
        let s = &self.services[service];
        let mut release = String::from("name: Build and release\non: {push: {branches: [main]}, pull_request: {}}\njobs:\n");
        let checks = ["lint", "unit-1", "unit-2", "integration", "typescript"];
        for job in checks {
            release.push_str(&format!(
                "  {job}:\n    runs-on: ubuntu-latest\n    steps: [{{uses: actions/checkout@v5}}, {{run: bin/ci {job}}}]\n"
            ));
        }
        release.push_str("  deploy:\n    if: github.ref == 'refs/heads/main'\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n");
        for environment in &s.environments {
            let app = &self.apps[environment.build_app].name;
            release.push_str(&format!("      - run: git push https://heroku:$HEROKU_API_KEY@git.heroku.com/{app}.git HEAD:main\n"));
        }
        let needs = checks.join(", ");
        release.push_str(&format!("  release:\n    needs: [deploy, {needs}]\n    if: github.ref == 'refs/heads/main'\n"));
        if s.approval {
            release.push_str("    environment: production\n");
        }
        release.push_str("    runs-on: ubuntu-latest\n    steps:\n");
        for environment in &s.environments {
            let (app, build) = (&self.apps[environment.app].name, &self.apps[environment.build_app].name);
            release.push_str(&format!(
                "      - {{name: Release {}, run: bin/copy-slug --from {build} --to https://api.heroku.com/apps/{app}/releases}}\n",
                environment.name
            ));
        }
        let scan = "name: CodeQL\non: {push: {branches: [main]}}\njobs:\n  analyze:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n      - uses: github/codeql-action/init@v3\n      - uses: github/codeql-action/analyze@v3\n";
        let nightly = "name: nightly\non: {schedule: [{cron: '0 3 * * *'}]}\njobs:\n  nightly-job:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n      - run: bin/ci browsers\n";
        BTreeMap::from([
            (".github/workflows/nightly.yml".to_owned(), nightly.to_owned()),
            (".github/workflows/release.yml".to_owned(), release),
            (".github/workflows/codeql.yml".to_owned(), scan.to_owned()),
        ])
    }

    fn circleci_files(&self, service: usize) -> Contents {
        let s = &self.services[service];
        let mut config = String::from("version: 2.1\njobs:\n");
        for job in ["lint", "unit", "integration", "typescript"] {
            config.push_str(&format!("  {job}:\n    docker: [{{image: cimg/ruby:3.3-node}}]\n    steps: [checkout, {{run: bin/{job}}}]\n"));
        }
        config.push_str("  deploy:\n    docker: [{image: cimg/base:2024.02}]\n    steps:\n      - checkout\n");
        for environment in &s.environments {
            let app = &self.apps[environment.build_app].name;
            config.push_str(&format!("      - run: git push https://heroku:$HEROKU_API_KEY@git.heroku.com/{app}.git HEAD:main\n"));
        }
        config.push_str("  release:\n    docker: [{image: cimg/base:2024.02}]\n    steps:\n");
        for environment in &s.environments {
            let (app, build) = (&self.apps[environment.app].name, &self.apps[environment.build_app].name);
            config.push_str(&format!("      - run: {{name: Release {}, command: bin/copy-slug --from {build} --to https://api.heroku.com/apps/{app}/releases}}\n", environment.name));
        }
        config.push_str("workflows:\n  build-release:\n    jobs:\n      - lint\n      - unit\n      - integration\n      - typescript\n");
        config.push_str("      - deploy: {filters: {branches: {only: main}}}\n      - release: {requires: [deploy, lint, unit, integration, typescript], filters: {branches: {only: main}}}\n");
        BTreeMap::from([(".circleci/config.yml".to_owned(), config)])
    }
}
