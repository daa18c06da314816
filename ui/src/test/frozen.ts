// As Tauri does it in the window (`freezePrototype`): a library that cannot live with it fails here first.
Object.freeze(Object.prototype);
