// Behaviour every page shares. Pages work without it: menus are <details>, preferences are forms,
// lists are links. Nothing here evaluates strings (Content-Security-Policy: default-src 'self').
import Alpine from "@alpinejs/csp";
import { listenForFiles } from "./js/files.js";
import { listenForKeys } from "./js/keys.js";
import { listenForLists } from "./js/lists.js";
import { listenForLogOut } from "./js/log_out.js";
import { listenForMenus } from "./js/menus.js";
import { palette } from "./js/palette.js";
import { listenForPreferences } from "./js/preferences.js";
import { listenForToasts } from "./js/toasts.js";

Alpine.data("palette", palette);
Alpine.start();

listenForKeys();
listenForMenus();
listenForPreferences();
listenForLists();
listenForToasts();
listenForFiles();
listenForLogOut();
