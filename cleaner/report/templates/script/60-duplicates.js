/* Pairs and groups (in the making). */
function drawDuplicates() {}
