// Keys reach the dashboard as soon as it is there, with no click before the first one.
window.addEventListener("load", () => {
  new MutationObserver((_, observer) => {
    if (document.body.classList.contains("-closed")) {
      document.querySelector(".ended a").focus();
      observer.disconnect();
    } else if (document.body.classList.contains("-first-byte")) {
      document.querySelector(".xterm-helper-textarea").focus();
    }
  }).observe(document.body, { attributeFilter: ["class"] });
});
