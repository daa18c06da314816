//! Requests of other programs that Slipway does not send are answered, or reported as not simulated.

use reqwest::Method;
use serde_json::{Value, json};
use slipway_sandbox::{Options, Scenario};

use crate::{Client, start, start_with};

pub(crate) const REPO: &str = "/repos/acme/storefront";

impl Client {
    pub async fn asks(&self, base: &str, token: &str, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        self.asks_with(base, token, method, path, body, &[]).await
    }

    pub async fn asks_with(
        &self,
        base: &str,
        token: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> (u16, Value) {
        let mut request = self.http().request(method, format!("{base}{path}")).bearer_auth(token).header("User-Agent", "a program");
        if base == self.sandbox.heroku_url() {
            request = request.header("Accept", "application/vnd.heroku+json; version=3");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        let (status, text) = (answer.status().as_u16(), answer.text().await.expect("text"));
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    pub async fn at_github(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        self.asks(self.sandbox.github_url(), self.sandbox.github_token(), method, path, body).await
    }

    /// The error of the control port for commands that cannot be carried out.
    pub async fn refused(&self, verbs: Value) -> String {
        let asked = self.http().post(format!("{}/world", self.sandbox.control_url())).bearer_auth(self.sandbox.control_token());
        let answer = asked.json(&verbs).send().await.expect("an answer");
        assert_eq!(answer.status(), 400, "{verbs}");
        answer.json::<Value>().await.expect("JSON")["error"].as_str().expect("why").to_owned()
    }

    pub async fn at_heroku(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        self.asks(self.sandbox.heroku_url(), self.sandbox.heroku_token(), method, path, body).await
    }
}

fn rows(truth: &Value, list: &str) -> Vec<(String, u64)> {
    let row = |row: &Value| {
        let text = format!("{} {}", row["vendor"].as_str().expect("a vendor"), row["operation"].as_str().expect("an operation"));
        (text, row["count"].as_u64().expect("a count"))
    };
    truth[list].as_array().expect("a list").iter().map(row).collect()
}

#[tokio::test]
async fn what_is_not_simulated_is_told_from_what_nobody_knows() {
    let client = start(Scenario::Healthy).await;
    let (github, circleci, heroku) = (client.sandbox.github_url(), client.sandbox.circleci_url(), client.sandbox.heroku_url());
    let (at_github, at_circleci, at_heroku) =
        (client.sandbox.github_token(), client.sandbox.circleci_token(), client.sandbox.heroku_token());
    let has: [(&str, &str, Method, &str, &str); 9] = [
        (github, at_github, Method::GET, "/repos/acme/storefront/issues", "GET /repos/{owner}/{repo}/issues"),
        (github, at_github, Method::POST, "/repos/acme/storefront/pulls", "POST /repos/{owner}/{repo}/pulls"),
        (github, at_github, Method::GET, "/api/v3/repos/acme/storefront/releases", "GET /repos/{owner}/{repo}/releases"),
        (
            github,
            at_github,
            Method::GET,
            "/repos/acme/storefront/commits/main/comments",
            "GET /repos/{owner}/{repo}/commits/{commit_sha}/comments",
        ),
        (github, at_github, Method::DELETE, "/repos/acme/storefront", "DELETE /repos/{owner}/{repo}"),
        (circleci, at_circleci, Method::GET, "/api/v2/project/gh/acme/storefront/envvar", "GET /api/v2/project/{project-slug}/envvar"),
        (heroku, at_heroku, Method::GET, "/apps/storefront-production/domains", "GET /apps/{app}/domains"),
        (heroku, at_heroku, Method::POST, "/apps", "POST /apps"),
        (heroku, at_heroku, Method::DELETE, "/apps/storefront-production", "DELETE /apps/{app}"),
    ];
    for (base, token, method, path, operation) in &has {
        let (status, body) = client.asks(base, token, method.clone(), path, Some(json!({}))).await;
        assert_eq!((status, &body["message"]), (501, &json!(format!("not simulated: {operation}"))), "{method} {path}");
    }
    let nobody = [
        (github, at_github, "/repos/acme/storefront/colours"),
        (github, at_github, "/favourite"),
        (circleci, at_circleci, "/api/v2/favourite"),
        (heroku, at_heroku, "/apps/storefront-production/colours"),
    ];
    for (base, token, path) in nobody {
        assert_eq!(client.asks(base, token, Method::GET, path, None).await.0, 404, "{path}");
    }
    // A missing object of a simulated kind is neither.
    for path in ["/repos/acme/storefront/pulls/999999", "/repos/acme/no-such", "/repos/acme/storefront/branches/no-such"] {
        assert_eq!(client.at_github(Method::GET, path, None).await.0, 404, "{path}");
    }
    let truth = client.truth().await;
    let not_simulated = rows(&truth, "not_simulated");
    assert_eq!(not_simulated.len(), has.len(), "{not_simulated:?}");
    for (.., operation) in &has {
        assert!(not_simulated.iter().any(|(row, count)| row.ends_with(operation) && *count == 1), "{operation} in {not_simulated:?}");
    }
    let unknown: Vec<String> = rows(&truth, "unknown_routes").into_iter().map(|(row, _)| row).collect();
    assert_eq!(unknown.len(), nobody.len(), "{unknown:?}");
    assert!(unknown.contains(&"github GET /favourite".to_owned()), "{unknown:?}");
    client.control(Method::DELETE, "/truth", None).await;
    let forgotten = client.truth().await;
    assert_eq!((&forgotten["not_simulated"], &forgotten["unknown_routes"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn without_a_token_nothing_is_told_of_routes() {
    let client = start(Scenario::Healthy).await;
    for path in ["/repos/acme/storefront/issues", "/favourite", "/repos/acme/storefront/actions/workflows"] {
        let asked = client.http().get(format!("{}{path}", client.sandbox.github_url())).header("User-Agent", "a program");
        assert_eq!(asked.send().await.expect("an answer").status(), 401, "{path}");
    }
    for path in ["/apps/storefront-production/domains", "/apps/storefront-production/github", "/account/github/token"] {
        let asked = client.http().get(format!("{}{path}", client.sandbox.heroku_url()));
        assert!(matches!(asked.send().await.expect("an answer").status().as_u16(), 401 | 406), "{path}");
    }
    let truth = client.truth().await;
    assert_eq!((&truth["not_simulated"], &truth["unknown_routes"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn graphql_tells_of_itself_and_of_what_it_has_not() {
    let client = start(Scenario::Healthy).await;
    let types = r#"{pull: __type(name: "PullRequest") {fields(includeDeprecated: true) {name}} none: __type(name: "Colour") {name} __schema {queryType {name}}}"#;
    let answer = client.graphql(types, json!({})).await;
    let fields = answer["data"]["pull"]["fields"].as_array().expect("fields").clone();
    assert!(fields.contains(&json!({"name": "isInMergeQueue"})) && answer["data"]["none"].is_null(), "{answer}");
    assert_eq!(answer["data"]["__schema"]["queryType"]["name"], "Query");
    client.world(json!({"older_github": true})).await;
    let older = client.graphql(types, json!({})).await;
    let fields = older["data"]["pull"]["fields"].as_array().expect("fields").clone();
    assert!(!fields.contains(&json!({"name": "isInMergeQueue"})) && fields.contains(&json!({"name": "mergeable"})), "{older}");
    client.world(json!({"older_github": false})).await;

    let pull = |field: &str| json!({"query": format!("query($n: Int!) {{repository(owner: \"acme\", name: \"storefront\") {{pullRequest(number: $n) {{{field}}}}}}}"), "variables": {"n": 1}});
    let (status, body) = client.at_github(Method::POST, "/graphql", Some(pull("editor {login}"))).await;
    assert_eq!((status, &body["message"]), (501, &json!("not simulated: PullRequest.editor")));
    let (status, body) = client
        .at_github(
            Method::POST,
            "/graphql",
            Some(json!({"query": "mutation($i: AddStarInput!) {addStar(input: $i) {starrable {id}}}", "variables": {"i": {}}})),
        )
        .await;
    assert_eq!((status, &body["message"]), (501, &json!("not simulated: AddStarInput, Mutation.addStar")));
    let (status, body) = client.at_github(Method::POST, "/graphql", Some(pull("editor {login} colour"))).await;
    assert_eq!((status, &body["errors"][0]["message"]), (200, &json!("Field 'colour' doesn't exist on type 'PullRequest'")));
    assert_eq!(body["errors"][0]["extensions"]["code"], "undefinedField");
    assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "what is not simulated is no error of the query: {body}");
    let told = rows(&client.truth().await, "not_simulated");
    assert!(
        told.contains(&("github PullRequest.editor".to_owned(), 1)) && told.contains(&("github Mutation.addStar".to_owned(), 1)),
        "{told:?}"
    );
}

#[tokio::test]
async fn addresses_lead_to_the_host_that_was_asked() {
    let client = start_with(Options { allow_hosts: vec!["git.example".into()], ..Options::default() }).await;
    let (github, heroku) = (client.sandbox.github_url().to_owned(), client.sandbox.heroku_url().to_owned());
    let port = github.rsplit(':').next().expect("a port").to_owned();
    let local = format!("localhost:{port}");
    let local_url = format!("http://localhost:{port}");
    let cases: [(&[(&str, &str)], &str); 5] = [
        (&[], github.as_str()),
        (&[("Host", local.as_str())], local_url.as_str()),
        (&[("Host", "git.example")], "https://git.example"),
        (&[("Host", "git.example:8443"), ("X-Forwarded-Proto", "https")], "https://git.example:8443"),
        (&[("Host", "git.example"), ("X-Forwarded-Proto", "http")], "http://git.example"),
    ];
    for (headers, at) in cases {
        let token = client.sandbox.github_token();
        let (_, repository) = client.asks_with(&github, token, Method::GET, REPO, None, headers).await;
        assert_eq!(repository["url"], format!("{at}{REPO}"), "{headers:?}");
        assert_eq!(repository["html_url"], format!("{at}/acme/storefront"), "{headers:?}");
        let (_, answer) =
            client.asks_with(&github, token, Method::POST, "/graphql", Some(json!({"query": "{viewer{url}}"})), headers).await;
        assert!(answer["data"]["viewer"]["url"].as_str().expect("a URL").starts_with(&format!("{at}/")), "{headers:?} {answer}");
    }
    // Output streams are never on the host of a TLS proxy in front of the API.
    let path = "/apps/storefront-production/releases";
    let (_, releases) = client.asks_with(&heroku, client.sandbox.heroku_token(), Method::GET, path, None, &[("Host", "git.example")]).await;
    assert!(releases[0]["output_stream_url"].as_str().expect("a stream").starts_with(&heroku), "{}", releases[0]);
}
