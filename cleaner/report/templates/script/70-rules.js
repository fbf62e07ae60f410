/* Rules (in the making). */
function drawRules() {}
