// What makes the desk live. Every module is an addition: the pages work without any of them.

import "./forms.js";
import "./composer.js";
import "./copy.js";
import "./keys.js";
import "./live.js";
import "./menus.js";
import "./notify.js";
import "./push.js";
import "./time.js";
