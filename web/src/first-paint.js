// Runs before anything is drawn, so that a page whose theme was chosen does not first show the other one.
// All else waits for the page's own script: src/lib/theme.ts.
try {
  const theme = localStorage.getItem("skeleton.theme");
  if (theme === "light" || theme === "dark") document.documentElement.style.colorScheme = theme;
} catch {
  // This browser keeps nothing: the system's theme it is.
}
