// The choice of colours is kept from one opening to the next, where the browser lets a file keep anything.
{
  const choices = document.querySelectorAll("input[name=theme]");
  try { document.getElementById(localStorage.getItem("takens-theme") ?? "theme-auto").checked = true; } catch { /* the page begins with auto */ }
  for (const choice of choices) choice.addEventListener("change", () => {
    try { localStorage.setItem("takens-theme", choice.id); } catch { /* the choice lasts as long as the page */ }
  });
  // What is folded away is printed too.
  addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("details")) part.open = true; });
}
