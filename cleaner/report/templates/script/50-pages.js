/* Pages as they were scraped (in the making). */
function drawPages() {}
