"""heroku3, as published: apps, releases, dynos, config, a rollback."""

import json
import os

import heroku3
import heroku3.api

# The library has no other setting for another host.
heroku3.api.HEROKU_URL = os.environ["HEROKU_URL"]
heroku = heroku3.from_key(os.environ["HEROKU_TOKEN"])
app = heroku.app(os.environ["APP"])
releases = list(app.releases(order_by="version", sort="desc", limit=25))
told = {
    "account": heroku.account().email,
    "apps": [one.name for one in heroku.apps()],
    "web_url": app.web_url,
    "releases": [[release.version, release.status] for release in releases],
    "dynos": [[dyno.name, dyno.state] for dyno in app.dynos()],
    "formation": [[process.type, process.quantity] for process in app.process_formation()],
    "config": len(app.config().to_dict()),
    "addons": len(list(app.addons())),
    "collaborators": len(list(app.collaborators())),
}
target = os.environ["TARGET"]
app.rollback(f"v{target}")
newest = list(app.releases(order_by="version", sort="desc", limit=1))[0]
told["after"] = [newest.version, newest.description]
print(json.dumps(told))
