module registry.example/${app}

go 1.26

require modules.example/lunch v1.8.0
